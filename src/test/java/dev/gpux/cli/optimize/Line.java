package dev.gpux.cli.optimize;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Failure;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * A command line, run in this process: many of them cost less than one process.
 *
 * @param code how it ended
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error, or why it failed
 */
record Line(ExitCode code, String out, String err) {
    static Line run(ChangingCommand command, String... arguments) {
        var out = new ByteArrayOutputStream();
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]),
            TextStream.of(out), TextStream.of(System.err), false, false);
        try {
            var parsed = new CommandLine(command.spec()).parseArgs(arguments);
            var code = command.change(parsed, terminal, ModelArgument.read(CommonOptions.model(parsed)));
            terminal.out().flush();
            return new Line(code, out.toString(StandardCharsets.UTF_8), "");
        } catch (Exception e) {
            var failure = Failure.of(e);
            return new Line(failure.code(), "", failure.message());
        }
    }
}
