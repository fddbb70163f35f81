package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.server.model.Source;
import dev.gpux.server.route.RouteSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models come, go and change while requests arrive. */
class ReloadTest {
    private static final int RELOADS = 100;
    private static final ServerOptions LOADABLE = ServerOptions.local().withRoutes(
        RouteSettings.STANDARD.withAllowLoad(true));
    private static final byte[] ONE = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}"
        .getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    /** {@code y = x + w}. */
    private static ModelBuilder plus(float w) {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n").initializer("w", new long[] {1}, w)
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, "n");
    }

    private static int reload(Served served, String name) throws IOException {
        return Client.post(served.address(), "/v2/repository/models/" + name + "/load", "").status();
    }

    @Test
    void aHundredReloadsUnderLoadLoseNoRequest() throws Exception {
        try (var served = new Served(LOADABLE).with(folder, "m", plus(0));
             var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var over = new AtomicBoolean();
            var wrong = new ConcurrentLinkedQueue<String>();
            var answered = new AtomicLong();
            for (int i = 0; i < 4; i++) {
                threads.submit(() -> {
                    try (var client = served.connect()) {
                        while (!over.get()) {
                            var answer = client.post("/v2/models/m/infer", "application/json", ONE).answer();
                            answered.incrementAndGet();
                            if (answer.status() != 200) {
                                wrong.add(answer.toString());
                            }
                        }
                    } catch (IOException e) {
                        wrong.add(e.toString());
                    }
                });
            }
            try {
                for (int i = 1; i <= RELOADS; i++) {
                    // Not by OnnxWriter.write, which waits for the disk: a hundred times that is minutes on a busy one.
                    Files.move(Files.write(folder.resolve("next.onnx"), OnnxWriter.toBytes(plus(i).build())),
                        folder.resolve("m.onnx"), StandardCopyOption.REPLACE_EXISTING);
                    assertEquals(200, reload(served, "m"));
                    // Whoever asks after the load gets the new model.
                    var answer = Client.post(served.address(), "/v2/models/m/infer",
                        new String(ONE, StandardCharsets.UTF_8));
                    assertTrue(answer.text().endsWith("\"data\":[" + (i + 1) + ".0]}]}"), answer::text);
                    int reloads = i;
                    Served.await("the load goes on", () -> answered.get() > reloads || !wrong.isEmpty());
                }
            } finally {
                // Else a failure would wait for the clients, and they for it.
                over.set(true);
            }
            threads.shutdown();
            assertTrue(threads.awaitTermination(2, TimeUnit.MINUTES));
            assertEquals(List.of(), List.copyOf(wrong));
        }
    }

    @Test
    void aReloadThatFailsLeavesTheOldModel() throws IOException {
        try (var served = new Served(LOADABLE).with(folder, "m", plus(1))) {
            Files.writeString(folder.resolve("m.onnx"), "no model");
            assertEquals(400, reload(served, "m"));
            assertEquals(200, Client.post(served.address(), "/v2/models/m/infer", new String(ONE,
                StandardCharsets.UTF_8)).status());
            var index = Client.post(served.address(), "/v2/repository/index", "").text();
            assertTrue(index.contains("\"state\":\"READY\"") && !index.contains("\"reason\":\"\""), index);
            assertEquals(404, reload(served, "other"));
        }
    }

    @Test
    void unloadingAndLoadingAgain() throws IOException {
        try (var served = new Served(LOADABLE).with(folder, "m", plus(1))) {
            assertEquals(200, Client.post(served.address(), "/v2/repository/models/m/unload", "").status());
            assertEquals(503, Client.post(served.address(), "/v2/models/m/infer", "{}").status());
            assertEquals(503, Client.get(served.address(), "/v2/models/m/ready").status());
            assertEquals(200, Client.get(served.address(), "/v2/health/ready").status());
            assertEquals(200, reload(served, "m"));
            assertEquals(200, Client.get(served.address(), "/v2/models/m/ready").status());
        }
    }

    @Test
    void isNotReadyWhenAModelFails() throws IOException {
        try (var served = new Served(LOADABLE).with(folder, "m", plus(1))) {
            var golden = "name: g\nmodel: m.onnx\ntests:\n  - {input: {x: [1]}, expect: {y: [%s]}}\n";
            var right = new Source("g", () -> Gpuxfile.parse(golden.formatted("2"), folder.resolve("g"), Map.of()));
            var wrong = new Source("g", () -> Gpuxfile.parse(golden.formatted("3"), folder.resolve("g"), Map.of()));
            assertThrows(ModelException.class,
                () -> served.server().load(wrong));
            assertEquals(503, Client.get(served.address(), "/v2/health/ready").status());
            assertEquals(200, Client.get(served.address(), "/v2/health/live").status());
            served.server().load(right);
            assertEquals(200, Client.get(served.address(), "/v2/health/ready").status());
        }
    }

    @Test
    void versionsStandSideBySide() throws IOException {
        try (var served = new Served(LOADABLE)) {
            for (var version : List.of("1.9", "1.10", "1.2")) {
                OnnxWriter.write(plus(Float.parseFloat(version)).build(), folder.resolve("v" + version + ".onnx"));
                served.with(folder, "name: m\nversion: '" + version + "'\nmodel: v" + version + ".onnx\n");
            }
            var request = new String(ONE, StandardCharsets.UTF_8);
            assertTrue(Client.post(served.address(), "/v2/models/m/infer", request).text().contains("\"1.10\""));
            assertTrue(Client.post(served.address(), "/v2/models/m/versions/1.9/infer", request).text()
                .endsWith("\"data\":[2.9]}]}"));
            assertTrue(Client.get(served.address(), "/v2/models/m").text().contains("[\"1.2\",\"1.9\",\"1.10\"]"));
        }
    }
}
