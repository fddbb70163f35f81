package dev.gpux.cli.device;

import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.ort.library.LibraryRequest;
import dev.gpux.provider.doctor.Doctor;
import dev.gpux.provider.doctor.Finding;
import dev.gpux.provider.doctor.Finding.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux doctor}: everything that can be wrong with the machine, in words, with what to do. */
public final class DoctorCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("doctor",
            "Look for everything that can be wrong with this machine, and say what to do.",
            "  gpux doctor",
            "  gpux doctor --ort onnxruntime_gpu-1.29.0.jar   what CUDA and TensorRT would need",
            "  gpux doctor --json");
        spec.addOption(CommonOptions.option(Path.class, "PATH",
            "The ONNX Runtime to look at: a library file, a folder, or an archive with one.", CommonOptions.ORT));
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var findings = new Doctor(LibraryRequest.standard().cache(),
            () -> OrtLibrary.start(arguments, Optional.empty(), terminal)).examine();
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            printJson(terminal, findings);
        } else {
            print(terminal, findings, CommonOptions.has(arguments, CommonOptions.QUIET));
        }
        return count(findings, Level.PROBLEM) == 0 ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private static void print(Terminal terminal, List<Finding> findings, boolean onlyBad) {
        var out = terminal.out();
        var area = "";
        for (var finding : findings) {
            if (onlyBad && finding.level().compareTo(Level.WARNING) < 0) {
                continue;
            }
            if (!finding.area().equals(area)) {
                area = finding.area();
                out.println(terminal.bold(area));
            }
            out.printf("  %-8s %s%n", word(terminal, finding.level()), finding.what());
            if (!finding.advice().isEmpty()) {
                out.println("           " + terminal.dim("→ " + finding.advice()));
            }
        }
        long problems = count(findings, Level.PROBLEM);
        long warnings = count(findings, Level.WARNING);
        out.println();
        out.println(problems == 0 && warnings == 0 ? "Nothing is wrong."
            : plural(problems, "problem") + ", " + plural(warnings, "warning"));
    }

    private static String plural(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    private static String word(Terminal terminal, Level level) {
        var word = level.name().toLowerCase(Locale.ROOT);
        return level == Level.PROBLEM ? terminal.red(word) : word;
    }

    private static void printJson(Terminal terminal, List<Finding> findings) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeBooleanField("ok", count(findings, Level.PROBLEM) == 0);
            json.writeArrayFieldStart("findings");
            for (var finding : findings) {
                json.writeStartObject();
                json.writeStringField("level", finding.level().name().toLowerCase(Locale.ROOT));
                json.writeStringField("area", finding.area());
                json.writeStringField("what", finding.what());
                json.writeStringField("advice", finding.advice());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
