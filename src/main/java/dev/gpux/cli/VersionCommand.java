package dev.gpux.cli;

import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.Version;
import dev.gpux.ort.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux version}. */
final class VersionCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("version", "Show the versions of GPUX, ONNX Runtime and Java.",
            "  gpux version", "  gpux version --json");
        spec.addOption(CommonOptions.option(Path.class, "PATH", "The ONNX Runtime to ask.", CommonOptions.ORT));
        return spec;
    }

    @Override
    public void warmUp(List<String> arguments) {
        Environment.warmUpShortProcess();
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        try (var _ = OrtLibrary.startQuickly(arguments, Optional.empty(), terminal)) {
            print(arguments, Environment.get(), terminal);
        }
        return ExitCode.OK;
    }

    private static void print(ParseResult arguments, Environment environment, Terminal terminal) {
        var java = Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeStringField("gpux", Version.GPUX);
                json.writeStringField("onnxruntime", environment.version());
                json.writeNumberField("ort_api", environment.apiVersion());
                json.writeStringField("library", environment.library().path().toString());
                json.writeStringField("java", java);
                json.writeEndObject();
            });
            return;
        }
        terminal.out().println("gpux " + Version.GPUX);
        terminal.out().println("ONNX Runtime " + environment.version() + " (API " + environment.apiVersion() + "), "
            + environment.library().path());
        terminal.out().println("Java " + java);
    }
}
