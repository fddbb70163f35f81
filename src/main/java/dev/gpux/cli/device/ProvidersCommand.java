package dev.gpux.cli.device;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.ReportJson;
import dev.gpux.cli.common.Terminal;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.library.LibraryRequest;
import dev.gpux.provider.Build;
import dev.gpux.provider.placement.ProviderReport;
import dev.gpux.provider.selection.Candidate;
import dev.gpux.provider.selection.ProbeCache;
import dev.gpux.provider.selection.Selector;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux providers}: what is compiled in, what is usable, and why not; with a model, where its nodes run. */
public final class ProvidersCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("providers",
            "Show which execution providers can be used, and why not; with a model, where its nodes run.",
            "  gpux providers",
            "  gpux providers --ort onnxruntime_gpu-1.29.0.jar",
            "  gpux providers model.onnx -p cuda             node by node, with the reasons"));
        ProviderArguments.addTo(spec);
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var model = CommonOptions.model(arguments).map(name -> ModelArgument.read(Optional.of(name)));
        OrtLibrary.start(arguments, model.flatMap(file -> file.runtime().library().map(file::resolve)), terminal);
        var build = Build.current();
        var cache = LibraryRequest.standard().cache();
        var survey = new Selector(build, new ProbeCache(cache.resolve("probes")), UnaryOperator.identity()).survey();
        var report = model.map(file -> report(file, arguments));
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            printJson(terminal, build, survey, report);
        } else {
            print(terminal, build, survey, report, CommonOptions.has(arguments, CommonOptions.VERBOSE));
        }
        return ExitCode.OK;
    }

    private static ProviderReport report(Gpuxfile gpuxfile, ParseResult arguments) {
        var options = ProviderArguments.apply(arguments, OpenOptions.standard()).withExplain(true);
        try (var model = Model.open(gpuxfile, options)) {
            return model.report();
        }
    }

    private static void print(Terminal terminal, Build build, List<Candidate> survey, Optional<ProviderReport> report,
                              boolean verbose) {
        var out = terminal.out();
        out.println(build + " has " + build.describe());
        out.println();
        for (var candidate : survey) {
            if (candidate.compiled() || candidate.usable() || verbose) {
                out.printf("  %-10s  %s%n", candidate.provider().name(), state(terminal, candidate));
            }
        }
        var absent = survey.stream().filter(candidate -> !candidate.compiled() && !candidate.usable())
            .map(candidate -> candidate.provider().name()).toList();
        if (!verbose && !absent.isEmpty()) {
            out.println();
            out.println(terminal.dim("  not in this build: " + String.join(", ", absent) + " (-v says who has them)"));
        }
        report.ifPresent(model -> {
            out.println();
            out.println("The model runs on " + model.summary());
            model.details().forEach(line -> out.println("  " + line));
        });
    }

    private static String state(Terminal terminal, Candidate candidate) {
        if (candidate.usable()) {
            var note = candidate.reason().isEmpty() ? "" : "; " + candidate.reason();
            return terminal.bold("usable") + (candidate.chosen() ? ", chosen by default" : "") + note;
        }
        return (candidate.compiled() ? terminal.red("not usable") + ": " : "") + candidate.reason();
    }

    private static void printJson(Terminal terminal, Build build, List<Candidate> survey,
                                  Optional<ProviderReport> report) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeStringField("onnxruntime", build.version());
            json.writeStringField("library", build.library().toString());
            json.writeArrayFieldStart("compiled");
            for (var name : build.compiled()) {
                json.writeString(name);
            }
            json.writeEndArray();
            ReportJson.candidates(json, survey);
            if (report.isPresent()) {
                json.writeFieldName("model");
                ReportJson.write(json, report.get());
            }
            json.writeEndObject();
        });
    }
}
