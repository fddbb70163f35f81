package dev.gpux.cli.optimize;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Terminal;
import dev.gpux.gpuxfile.Gpuxfile;
import java.io.IOException;
import picocli.CommandLine.ParseResult;

/** A command that changes a model. */
abstract sealed class ChangingCommand implements Command permits OptimizeCommand,
    QuantizeCommand {
    @Override
    public final ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
        return change(arguments, terminal, gpuxfile);
    }

    /** As {@link #execute}, where ONNX Runtime runs already. */
    abstract ExitCode change(ParseResult arguments, Terminal terminal, Gpuxfile gpuxfile) throws IOException;
}
