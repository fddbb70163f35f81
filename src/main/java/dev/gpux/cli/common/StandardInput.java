package dev.gpux.cli.common;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process's standard input. Where a process is started without one ({@code <&-}), its number goes to the first file
 * that the JVM opens, one of its own: to read that instead would be wrong, and to close it ends the process.
 */
final class StandardInput extends InputStream {
    private static final Path NUMBER_ZERO = Path.of("/proc/self/fd/0");

    private final InputStream in;
    private boolean known;

    StandardInput(InputStream in) {
        this.in = in;
    }

    private void requireOpen() throws IOException {
        if (!known && isOfTheJvm()) {
            throw new IOException("standard input is closed");
        }
        known = true;
    }

    /** A file of the JDK, or a jar of the program. Only Linux says what a number stands for. */
    private static boolean isOfTheJvm() {
        try {
            var file = Files.readSymbolicLink(NUMBER_ZERO);
            return file.startsWith(Path.of(System.getProperty("java.home")).toRealPath())
                || file.equals(Path.of(System.getProperty("java.class.path")).toRealPath());
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public int read() throws IOException {
        requireOpen();
        return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        requireOpen();
        return in.read(bytes, offset, length);
    }

    @Override
    public int available() throws IOException {
        requireOpen();
        return in.available();
    }

    /** Closes it, if it was read from. */
    @Override
    public void close() throws IOException {
        if (known) {
            in.close();
        }
    }
}
