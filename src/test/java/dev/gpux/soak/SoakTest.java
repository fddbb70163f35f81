package dev.gpux.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.fuzz.ClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is done a thousand times leaves nothing behind: native memory, heap, threads and descriptors stay as they are.
 * {@code -Dgpux.soak=50} does everything fifty times as often, which makes a million runs and ten thousand opens.
 */
class SoakTest {
    private static final int TIMES = Integer.getInteger("gpux.soak", 1);
    /** How much more memory the last samples may have than those after the warm-up, in KiB. */
    private static final long RESIDENT_SLACK = 24 * 1024;
    private static final long HEAP_SLACK = 4 * 1024;
    private static final int RESIDENT = 0;
    private static final int HEAP = 1;
    private static final int THREADS = 2;
    private static final int DESCRIPTORS = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"runs, 20000", "opens, 200", "models, 200", "failures, 200"})
    void leavesNothingBehind(String what, int count) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "needs Linux, which says what a process has");
        var out = folder.resolve("out.txt");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch",
            // What the JVM has for itself is the same from the start: few compiled methods, and all its compilers.
            "-XX:TieredStopAtLevel=1", "-XX:-UseDynamicNumberOfCompilerThreads",
            "-Dgpux.models=" + System.getProperty("gpux.models"), "-Dgpux.leaks=true", "-cp", ClassPath.ofTests(),
            SoakProcess.class.getName(), what, String.valueOf(count * TIMES), folder.toString())
            .redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertEquals(0, process.waitFor(), () -> read(out));
        var lines = read(out).lines().filter(line -> Character.isDigit(line.charAt(0))).toList();
        assertTrue(!read(out).contains("leak"), () -> read(out).substring(0, Math.min(2000, read(out).length())));
        var samples = lines.stream().map(line -> Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray())
            .toList();
        assertEquals(20, samples.size(), () -> read(out));
        // The first fifth is the warm-up: classes, compiled code, the arenas of the C library.
        var early = samples.subList(4, 9);
        var late = samples.subList(15, 20);
        System.out.printf("%,d %s: resident %,d -> %,d KiB, heap %,d -> %,d KiB, threads %d -> %d, "
            + "descriptors %d -> %d%n",
            count * TIMES, what, least(early, RESIDENT), least(late, RESIDENT), least(early, HEAP), least(late, HEAP),
            least(early, THREADS), least(late, THREADS), least(early, DESCRIPTORS), least(late, DESCRIPTORS));
        assertTrue(least(late, RESIDENT) <= least(early, RESIDENT) + RESIDENT_SLACK, () -> "memory\n" + read(out));
        assertTrue(least(late, HEAP) <= least(early, HEAP) + HEAP_SLACK, () -> "heap\n" + read(out));
        assertTrue(least(late, THREADS) <= least(early, THREADS), () -> "threads\n" + read(out));
        assertTrue(least(late, DESCRIPTORS) <= least(early, DESCRIPTORS), () -> "descriptors\n" + read(out));
    }

    private static long least(List<long[]> samples, int column) {
        return samples.stream().mapToLong(sample -> sample[column]).min().orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
