package dev.gpux.cli.lint;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.lint.Lint;
import dev.gpux.optimize.lint.Remark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux lint}: what will hurt about a model. */
public final class LintCommand implements Command {
    private static final String EXIT_CODE = "--exit-code";
    private static final String PROVIDERS = "--providers";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("lint", "Say what will hurt: open shapes, float64, "
            + "nodes "
            + "without kernels, huge constants, unused weights.", "  gpux lint model.onnx",
            "  gpux lint model.onnx -p cuda           also which nodes CUDA leaves to the CPU",
            "  gpux lint model.onnx --exit-code       exit with 5 if there is anything"));
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Also load the model on these execution providers, "
            + "and say which nodes they have no kernel for.", "-p", PROVIDERS));
        spec.addOption(CommonOptions.flag("Exit with 5 if anything was found.", EXIT_CODE));
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        var file = ModelFile.locate(gpuxfile);
        try (var model = OnnxModel.open(file)) {
            var check = ModelCheck.of(model);
            var remarks = new ArrayList<Remark>();
            check.findings().forEach(finding -> remarks.add(new Remark(finding.rule(), finding.place(),
                finding.message())));
            remarks.addAll(Lint.of(model).remarks());
            var providers = arguments.<String>matchedOptionValue(PROVIDERS, null);
            if (providers != null && !check.hasErrors()) {
                remarks.addAll(kernels(arguments, gpuxfile, ProviderArguments.names(providers), terminal));
            }
            print(arguments, terminal, remarks);
            return check.hasErrors() ? ExitCode.INVALID
                : remarks.isEmpty() || !CommonOptions.has(arguments, EXIT_CODE) ? ExitCode.OK : ExitCode.CHECK_FAILED;
        }
    }

    /** Only ONNX Runtime knows its kernels, so it is asked. */
    private static List<Remark> kernels(ParseResult arguments, Gpuxfile gpuxfile, List<String> providers,
                                        Terminal terminal) {
        OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
        var options = OpenOptions.standard().withoutTuning().withProviders(providers).withExplain(true);
        try (var model = Model.open(gpuxfile, options)) {
            var remarks = new ArrayList<Remark>();
            for (var fallback : model.report().placement().onCpu()) {
                remarks.add(new Remark("no-kernel", String.join(", ", providers), fallback + " runs on the CPU"
                    + (fallback.reason().isEmpty() ? "" : ": " + fallback.reason())));
            }
            model.report().notes().forEach(note -> remarks.add(new Remark("provider", String.join(", ", providers),
                note)));
            return remarks;
        }
    }

    private static void print(ParseResult arguments, Terminal terminal, List<Remark> remarks) {
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeArrayFieldStart("remarks");
                for (var remark : remarks) {
                    json.writeStartObject();
                    json.writeStringField("rule", remark.rule());
                    json.writeStringField("place", remark.place());
                    json.writeStringField("message", remark.message());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            });
            return;
        }
        remarks.forEach(remark -> terminal.out().println(terminal.bold(remark.rule()) + "  "
            + TextStream.oneLine(remark.toString())));
        if (remarks.isEmpty() && !CommonOptions.has(arguments, CommonOptions.QUIET)) {
            terminal.out().println("nothing to remark");
        }
    }
}
