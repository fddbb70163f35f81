package dev.gpux.cli.run;

import dev.gpux.cli.argument.InputArguments;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Progress;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Model;
import dev.gpux.pipeline.PipelineException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code gpux run} on many sets of inputs: one line of JSON for each, in their order, whatever becomes of it:
 * {@code {"line":1,"outputs":{…}}} or {@code {"line":2,"error":"…"}}.
 */
final class ManyRun {
    private static final String BATCH = "--batch";
    private static final String ON_ERROR = "--on-error";

    private final Terminal terminal;
    private final boolean quiet;
    private final boolean stopAtFailure;
    private final int batch;
    private final Optional<Path> file;
    private long count;
    private long failures;

    /** What {@code arguments} ask for. */
    ManyRun(ParseResult arguments, Terminal terminal, Optional<Path> file) {
        this.terminal = terminal;
        this.quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
        this.batch = arguments.matchedOptionValue(BATCH, 1);
        var onError = arguments.matchedOptionValue(ON_ERROR, "skip");
        this.stopAtFailure = switch (onError) {
            case "skip" -> false;
            case "fail" -> true;
            default -> throw new UsageException("--on-error takes skip or fail, not '" + onError + "'");
        };
        this.file = file;
        if (batch < 1) {
            throw new UsageException("--batch takes a number from 1 on, not " + batch);
        }
        file.map(path -> path.toString().toLowerCase(Locale.ROOT)).ifPresent(name -> {
            if (!name.endsWith(".ndjson") && !name.endsWith(".jsonl")) {
                throw new UsageException("many inputs give many lines of JSON: -o takes a file called .ndjson or "
                    + ".jsonl, not " + file.get());
            }
        });
    }

    static void addOptions(CommandSpec spec) {
        spec.addOption(CommonOptions.option(Integer.class, "N", "Of many inputs, run N at a time as one batch (1 by "
            + "default).", BATCH));
        spec.addOption(CommonOptions.option(String.class, "WHAT", "At a bad one among many inputs: skip (put the error "
            + "in its place, go on, exit with 3 at the end) or fail (stop).", ON_ERROR));
    }

    ExitCode run(Model model, ManyInputs many) {
        try (var arena = Arena.ofShared(); var source = many.open(terminal.in()); var lines = open();
             var progress = new Progress(terminal, quiet, source::done)) {
            var constant = new InputArguments(arena, model.inputs()).parse(many.constant());
            new OrderedRun(new BatchRunner(model, constant), batch)
                .run(source, (answered, more) -> take(answered, more, lines, progress));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot go on: " + e.getMessage(), e);
        }
        if (failures > 0 && !quiet) {
            terminal.err().println(failures + " of " + count + " inputs failed; their errors are in their places");
        }
        return failures > 0 ? ExitCode.INVALID : ExitCode.OK;
    }

    private OutputStream open() throws IOException {
        if (file.isPresent()) {
            return new BufferedOutputStream(Files.newOutputStream(file.get()));
        }
        var out = terminal.out();
        return new OutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                out.write(bytes, from, length);
            }
        };
    }

    private void take(Answered answered, boolean more, OutputStream out, Progress progress) throws IOException {
        count++;
        if (answered.problem().isPresent()) {
            var message = answered.item().name() + ": " + answered.problem().get();
            if (stopAtFailure) {
                throw new PipelineException(message);
            }
            failures++;
            progress.close();
            terminal.err().println(terminal.red("gpux: ") + message);
        }
        out.write(answered.line());
        // Whoever reads the answers may wait for this one before it asks again; checkError() flushes, too.
        if (!more && terminal.out().checkError()) {
            throw new IOException("nobody reads the output any more");
        }
        progress.at(count);
    }
}
