package dev.gpux.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each parser on damaged inputs, for some seconds in all; {@code -Dgpux.fuzz.inputs=1000000} is the long form. A
 * coverage-guided search over the same parsers is {@code src/test/fuzz.sh}. The numbers are seeded: a failure repeats.
 */
class ParserFuzzTest {
    private static final int INPUTS = Integer.getInteger("gpux.fuzz.inputs", 4000);
    /** Of the processor's time, so that neither a busy machine nor a stopped process makes an input look slow. */
    private static final long MOST_NANOSECONDS = 5_000_000_000L;
    /** Heap that one input may take, however small it is: the limits of the parsers themselves, and twice that. */
    private static final int LARGEST = 100_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void takesOrRefuses(Parser parser) throws IOException {
        var seeds = ParserSeeds.of(parser, folder);
        var scratch = Files.createDirectory(folder.resolve("scratch"));
        for (var seed : seeds) {
            parser.read(seed, scratch);
        }
        var random = new Random(parser.ordinal());
        long slowest = 0;
        for (int i = 0; i < INPUTS; i++) {
            var input = ByteMutator.mutate(seeds, random, LARGEST);
            long start = THREADS.getCurrentThreadCpuTime();
            try {
                parser.read(input, scratch);
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError(parser + ", input " + i + ": "
                    + HexFormat.of().formatHex(input, 0, Math.min(input.length, 4000)), e);
            }
            slowest = Math.max(slowest, THREADS.getCurrentThreadCpuTime() - start);
            assertTrue(slowest < MOST_NANOSECONDS, () -> parser + " took too long for "
                + HexFormat.of().formatHex(input, 0, Math.min(input.length, 4000)));
        }
        parser.end();
        System.out.printf("%s: %,d inputs, the slowest took %.1f ms%n", parser, INPUTS, slowest / 1e6);
    }
}
