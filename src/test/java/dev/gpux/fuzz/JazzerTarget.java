package dev.gpux.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code src/test/fuzz.sh} lets Jazzer call: the parser that {@code -Dgpux.fuzz.parser} names. With a folder as
 * the argument its {@link #main} writes the inputs to start from.
 */
public final class JazzerTarget {
    private static final Parser PARSER = Parser.valueOf(System.getProperty("gpux.fuzz.parser"));
    private static final Path SCRATCH = scratch();

    private JazzerTarget() { }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("gpux-fuzz");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        PARSER.read(input, SCRATCH);
    }

    /** Writes the seeds to a folder. */
    public static void main(String[] args) throws IOException {
        int number = 0;
        for (var seed : ParserSeeds.of(PARSER, SCRATCH)) {
            Files.write(Path.of(args[0]).resolve("seed" + number++), seed);
        }
    }
}
