package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.store.Digest;
import dev.gpux.store.Store;
import dev.gpux.store.remote.FaultyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments of {@code build}, {@code pull}, {@code rm} and {@code load}: the store stays one that
 * {@code list}, {@code run} and a new {@code build} accept, and nothing half-finished is ever listed.
 */
class StoreKillIT {
    /** {@code -Dgpux.kills=200} is the long form. */
    private static final int KILLS = Integer.getInteger("gpux.kills", 8);
    /** Large enough that a kill can hit the middle of it. */
    private static final int PADDING = 4_000_000;

    @TempDir
    Path folder;

    private StoreFolder store;
    private Path project;
    private Path archive;

    @Test
    void theStoreSurvives() throws IOException, InterruptedException {
        store = new StoreFolder(folder);
        project = store.project("built", "1", 1);
        var random = new Random(Long.getLong("gpux.seed", 11));
        prepareArchive();
        try (var server = new FaultyServer()) {
            serve(server);
            var commands = List.of(
                List.of("build", project.toString()),
                List.of("pull", server.uri("/pulled.onnx").toString()),
                List.of("rm", "built", "pulled", "loaded", "-q"),
                List.of("load", archive.toString()));
            long usual = usualNanos(commands);
            for (int kill = 0; kill < KILLS; kill++) {
                change(kill);
                var command = commands.get(kill % commands.size());
                putInWhatIsMissing(command, commands);
                var process = store.process(command.toArray(String[]::new)).start();
                TimeUnit.NANOSECONDS.sleep((long) (usual * (0.2 + random.nextDouble())));
                process.destroyForcibly().waitFor();
                requireSound(command + ", kill " + kill);
                if (kill % 8 == 7) {
                    store.fine("build", project.toString(), "-q");
                    assertTrue(store.fine("run", "built", "-i", "x=[[1]]", "--json").out().contains("[2.0]"));
                }
            }
            store.gpux("rm", "built", "-q", "--all-tags");
            store.gpux("rm", "pulled", "-q");
            store.gpux("rm", "loaded", "-q");
        }
        store.fine("rm", "--prune");
        assertEquals(List.of(), store.names());
        for (var part : List.of("blobs", "bundles", "tags", "tmp", "sources")) {
            assertEquals(List.of(), store.files(part), part);
        }
    }

    private void prepareArchive() throws IOException {
        archive = folder.resolve("loaded.tar");
        StoreFolder.writeAdd(folder.resolve("loaded.onnx"), 3, "", PADDING);
        store.fine("build", "loaded.onnx", "-q");
        store.fine("save", "loaded", "-o", archive.toString(), "-q");
        store.fine("rm", "loaded", "-q");
    }

    private void serve(FaultyServer server) throws IOException {
        StoreFolder.writeAdd(folder.resolve("pulled.onnx"), 4, "pulled.data", PADDING);
        var model = Files.readAllBytes(folder.resolve("pulled.onnx"));
        var data = Files.readAllBytes(folder.resolve("pulled.data"));
        server.on("/pulled.onnx", e -> {
            e.head(200, "ETag", "\"1\"");
            e.raw("Content-Length: " + model.length + "\r\n\r\n");
            for (int from = 0; from < model.length; from += 400_000) {
                e.write(model, from, Math.min(from + 400_000, model.length));
                Thread.sleep(10);
            }
        });
        server.on("/pulled.data", e -> {
            Thread.sleep(100);
            e.file(data, "\"2\"");
        });
    }

    private long usualNanos(List<List<String>> commands) {
        long sum = 0;
        for (var command : List.of(commands.get(0), commands.get(1), commands.get(3))) {
            long start = System.nanoTime();
            store.fine(command.toArray(String[]::new));
            sum += System.nanoTime() - start;
        }
        return sum / 3;
    }

    /** Another content each time, so that there is something to build. */
    private void change(int number) throws IOException {
        Files.writeString(project.resolve("GPUXfile"), """
            name: built
            description: number %d
            model: add.onnx
            tests:
              - {name: adds, input: {x: [[1]]}, expect: {y: [2]}}
            """.formatted(number));
        StoreFolder.writeAdd(project.resolve("add.onnx"), 1, "", PADDING + number);
    }

    private void putInWhatIsMissing(List<String> command, List<List<String>> commands) {
        if (command.getFirst().equals("rm")) {
            for (var other : commands) {
                if (!other.getFirst().equals("rm")) {
                    store.fine(other.toArray(String[]::new));
                }
            }
        }
    }

    private void requireSound(String after) throws IOException {
        var listed = store.gpux("list", "--json");
        assertEquals(0, listed.code(), () -> after + "\n" + listed);
        var open = Store.at(store.home());
        assertEquals(List.of(), open.damaged(), after);
        var names = new ArrayList<String>();
        for (var tagged : open.list()) {
            names.add(tagged.name().name());
            try (var model = open.open(tagged.name()).orElseThrow(() -> new AssertionError(after + ": " + tagged))) {
                for (var file : model.manifest().files()) {
                    assertEquals(file.digest(), Digest.ofFile(model.file(file.path())), after);
                }
            }
        }
        assertTrue(List.of("built", "pulled", "loaded").containsAll(names), after + ": " + names);
    }
}
