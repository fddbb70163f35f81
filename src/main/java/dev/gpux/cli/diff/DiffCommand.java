package dev.gpux.cli.diff;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.ModelFile;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.diff.ModelDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux diff A B}: what differs between two models. */
public final class DiffCommand implements Command {
    private static final String EXIT_CODE = "--exit-code";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("diff", "Show what differs between two models: format, inputs, outputs, "
            + "nodes, "
            + "weights with their norms.", "  gpux diff model.onnx model-int8.onnx", "  gpux diff a.onnx b.onnx --json "
            + "| jq .weights", "  gpux diff a.onnx b.onnx --exit-code -q || echo changed");
        spec.addPositional(CommonOptions.words("MODEL", "0..*", "Two models: GPUXfiles, folders with one, .onnx files, "
            + "or names in the store."));
        spec.addOption(CommonOptions.flag("Exit with 5 if they differ.", EXIT_CODE));
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var words = CommonOptions.words(arguments);
        if (words.size() != 2) {
            throw new UsageException("gpux diff takes two models, not " + words.size());
        }
        try (var before = OnnxModel.open(file(words.get(0))); var after = OnnxModel.open(file(words.get(1)))) {
            var diff = ModelDiff.of(before, after);
            if (CommonOptions.has(arguments, CommonOptions.JSON)) {
                Json.print(terminal, json -> DiffJson.write(json, diff));
            } else if (!CommonOptions.has(arguments, CommonOptions.QUIET)) {
                new DiffPrinter(terminal, CommonOptions.has(arguments, CommonOptions.VERBOSE)).print(diff);
            }
            return diff.isEmpty() || !CommonOptions.has(arguments, EXIT_CODE) ? ExitCode.OK : ExitCode.CHECK_FAILED;
        }
    }

    private static Path file(String model) {
        return ModelFile.locate(ModelArgument.read(Optional.of(model)));
    }
}
