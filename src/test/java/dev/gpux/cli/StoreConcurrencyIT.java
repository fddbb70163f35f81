package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.store.remote.FaultyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two builds, a pull, a run and an rm at the same time. */
class StoreConcurrencyIT {
    /** {@code -Dgpux.rounds=100} is the long form. */
    private static final int ROUNDS = Integer.getInteger("gpux.rounds", 2);

    @TempDir
    Path folder;

    @Test
    void processesDoNotDisturbEachOther() throws IOException {
        var store = new StoreFolder(folder);
        StoreFolder.writeAdd(folder.resolve("base.onnx"), 1, "");
        store.fine("build", "base.onnx", "-q");
        try (var server = new FaultyServer()) {
            for (int round = 0; round < ROUNDS; round++) {
                round(store, server, round);
            }
        }
        store.fine("rm", "--prune");
        assertEquals(List.of("add:latest", "base:latest", "one:latest", "pulled:latest", "two:latest"),
            store.names().stream().filter(name -> name.endsWith("latest")).toList());
    }

    private void round(StoreFolder store, FaultyServer server, int round) throws IOException {
        store.fine("tag", "base", "victim");
        var one = store.project("one", String.valueOf(round), 2 * round);
        var two = store.project("two", String.valueOf(round), 2 * round + 1);
        StoreFolder.writeAdd(folder.resolve("served.onnx"), round, "");
        var served = Files.readAllBytes(folder.resolve("served.onnx"));
        server.on("/pulled.onnx", e -> e.send(200, served));
        var running = new LinkedHashMap<String, CompletableFuture<GpuxProcess.Result>>();
        for (var command : List.of(
            List.of("build", one.toString(), "-t", "add", "-t", "one"),
            List.of("build", two.toString(), "-t", "add", "-t", "two"),
            List.of("pull", server.uri("/pulled.onnx").toString()),
            List.of("run", "base", "-i", "x=[[1]]", "--json"),
            List.of("rm", "victim"))) {
            running.put(String.join(" ", command),
                GpuxProcess.meanwhile(() -> store.gpux(command.toArray(String[]::new))));
        }
        running.forEach((command, result) -> assertEquals(0, result.join().code(),
            () -> "round of " + command + "\n" + result.join()));
        for (var name : List.of("one", "two", "pulled", "base")) {
            store.fine("run", name, "-i", "x=[[1]]", "-q");
        }
        var add = store.fine("run", "add", "-i", "x=[[1]]", "--json").out();
        assertTrue(add.contains("[" + (2.0 * round + 1) + "]") || add.contains("[" + (2.0 * round + 2) + "]"), add);
    }
}
