package dev.gpux.cli.verify;

import dev.gpux.cli.common.Terminal;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The other end of {@link CaseProcess}: reads folders from standard input, runs their cases, and writes the results to
 * standard output, each as soon as it is there; ends where its input does.
 */
final class CaseWorker {
    /** {@code writeUTF} takes 65,535 bytes; a character has at most three. */
    private static final int MOST_CHARACTERS = 20_000;

    private CaseWorker() { }

    static void run(CaseRunner runner, Terminal terminal) {
        var in = new DataInputStream(terminal.in());
        var out = new DataOutputStream(terminal.out());
        try {
            while (true) {
                var path = Path.of(in.readUTF());
                var folder = new CaseFolder(path, in.readUTF(), Path.of(in.readUTF()));
                for (var result : runner.run(folder)) {
                    out.writeBoolean(true);
                    out.writeUTF(result.name());
                    out.writeByte(result.status().ordinal());
                    out.writeUTF(result.detail().substring(0, Math.min(MOST_CHARACTERS, result.detail().length())));
                    out.writeLong(result.nanoseconds());
                }
                out.writeBoolean(false);
                out.flush();
            }
        } catch (EOFException e) {
            // No more folders.
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Hands a folder to a worker. */
    static void ask(DataOutputStream questions, CaseFolder folder) throws IOException {
        questions.writeUTF(folder.path().toString());
        questions.writeUTF(folder.name());
        questions.writeUTF(folder.model().toString());
        questions.flush();
    }

    /** A worker's next result; none after the last one of a folder. */
    static Optional<VerifiedCase> answer(DataInputStream answers) throws IOException {
        if (!answers.readBoolean()) {
            return Optional.empty();
        }
        var name = answers.readUTF();
        var status = VerifiedCase.Status.values()[answers.readUnsignedByte()];
        return Optional.of(new VerifiedCase(name, status, answers.readUTF(), answers.readLong()));
    }
}
