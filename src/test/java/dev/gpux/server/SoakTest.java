package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.fuzz.ClassPath;
import dev.gpux.server.ServerSoak.Held;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests of all kinds, wrong ones among them, for {@code -Dgpux.soak.seconds=600} or a few seconds: nothing grows. */
class SoakTest {
    private static final long SECONDS = Long.getLong("gpux.soak.seconds", 6);
    private static final int TURNS = SECONDS >= 60 ? 5 : 1;
    private static final long MIB = ServerSoak.MIB;

    /**
     * In a process of its own, whose heap has its pages from the start: of a heap that grows, pages that are committed
     * become resident at any time, and look like memory besides it.
     */
    @Test
    void nothingGrows(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/fd")), "reads Linux's /proc");
        var out = folder.resolve("out.txt");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
            "-XX:ActiveProcessorCount=2", "-cp", ClassPath.ofTests(), ServerSoak.class.getName(), folder.toString(),
            String.valueOf(Math.max(3, SECONDS / 10)), String.valueOf(TURNS), String.valueOf(SECONDS / TURNS))
            .redirectErrorStream(true).redirectOutput(out.toFile()).start();
        int status = process.waitFor();
        var text = Files.readString(out);
        assertEquals(0, status, text);
        var steps = text.lines().filter(line -> line.startsWith(ServerSoak.HELD))
            .map(line -> Held.read(line.substring(ServerSoak.HELD.length()))).toList();
        assertEquals(TURNS + 1, steps.size(), text);
        System.out.println("soak: " + text.lines().toList().getLast() + "; " + steps);
        var before = steps.getFirst();
        var after = steps.getLast();
        assertTrue(after.heap() - before.heap() < 32 * MIB, () -> "heap: " + steps);
        assertTrue(after.other() - before.other() < 100 * MIB, () -> "memory besides the heap: " + steps);
        assertTrue(after.threads() - before.threads() <= 4, () -> "threads: " + steps);
        assertTrue(after.files() - before.files() <= 4, () -> "files: " + steps);
        assertEquals(before.arenas(), after.arenas(), () -> "ORT's arenas: " + steps);
        // Each worker keeps what its last answer took, up to a mebibyte.
        assertTrue(after.lent() - before.lent() <= 8 * MIB, () -> "lent memory: " + steps);
    }
}
