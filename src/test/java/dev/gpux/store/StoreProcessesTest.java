package dev.gpux.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many processes on one store, some of them killed: what is there is whole, and nothing is left over. */
class StoreProcessesTest {
    /** {@code -Dgpux.kills=200} is the long form. */
    private static final int KILLS = Integer.getInteger("gpux.kills", 8);
    private static final int FOREVER = 1_000_000;

    @TempDir
    private Path folder;

    private Process start(long seed, int steps) throws IOException {
        var command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
            StoreWorker.class.getName(), folder.resolve("home").toString(), String.valueOf(seed),
            String.valueOf(steps));
        return new ProcessBuilder(command).redirectErrorStream(true)
            .redirectOutput(folder.resolve("out-" + seed).toFile()).start();
    }

    private String output(long seed) throws IOException {
        return Files.readString(folder.resolve("out-" + seed));
    }

    @Test
    void processesDoNotDisturbEachOther() throws IOException, InterruptedException {
        var processes = new ArrayList<Process>();
        for (int seed = 0; seed < 4; seed++) {
            processes.add(start(seed, 40));
        }
        for (int seed = 0; seed < processes.size(); seed++) {
            assertTrue(processes.get(seed).waitFor(10, TimeUnit.MINUTES), "a deadlock: " + output(seed));
            assertEquals("ready\ndone\n", output(seed));
        }
        requireSound(Store.at(folder.resolve("home")));
    }

    @Test
    void killedProcessesLeaveASoundStore() throws IOException, InterruptedException {
        var random = new Random(42);
        var store = Store.at(folder.resolve("home"));
        for (int kill = 0; kill < KILLS; kill++) {
            var process = start(1000 + kill, FOREVER);
            while (!output(1000 + kill).startsWith("ready")) {
                assertTrue(process.isAlive(), "it ended by itself: " + output(1000 + kill));
                Thread.sleep(5);
            }
            Thread.sleep(random.nextInt(120));
            process.destroyForcibly().waitFor();
            assertEquals("ready\n", output(1000 + kill));
            for (var tagged : store.list()) {
                assertTrue(StoreWorker.verify(store, tagged.name()), tagged + " is listed, and is not there");
            }
            StoreWorker.put(store, new ModelName("model9", "latest"), kill % 5);
        }
        requireSound(store);
    }

    private static void requireSound(Store store) throws IOException {
        assertEquals(List.of(), store.damaged());
        for (var tagged : store.list()) {
            assertTrue(StoreWorker.verify(store, tagged.name()), tagged.toString());
        }
        store.remove(store.list().stream().map(Tagged::name).toList());
        for (var part : List.of("blobs", "bundles", "tags", "tmp")) {
            assertEquals(List.of(), Disk.list(store.home().resolve(part)), part);
        }
    }
}
