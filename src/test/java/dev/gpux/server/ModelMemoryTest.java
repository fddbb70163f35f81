package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.ModelException;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.server.route.RouteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes no more models than {@code --model-memory} allows. */
class ModelMemoryTest {
    private static final int WEIGHTS = 100_000;

    @TempDir
    Path folder;
    private long bytes;

    /** {@code y = x + w}, of 400 kB. */
    private static ModelBuilder large() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, WEIGHTS)
            .initializer("w", new long[] {WEIGHTS}, new float[WEIGHTS])
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, WEIGHTS);
    }

    @BeforeEach
    void write() throws IOException {
        OnnxWriter.write(large().build(), folder.resolve("large.onnx"));
        bytes = Files.size(folder.resolve("large.onnx"));
    }

    private static Served limited(long bytes) throws IOException {
        return new Served(ServerOptions.local().withModelBytes(bytes)
            .withRoutes(RouteSettings.STANDARD.withAllowLoad(true)));
    }

    private Served serve(Served served, String name) {
        return served.with(folder, "name: " + name + "\nmodel: large.onnx\n");
    }

    @Test
    void refusesWhatDoesNotFitAndTakesItWhenSomethingGoes() throws IOException {
        try (var served = limited(2 * bytes + 1)) {
            serve(serve(served, "a"), "b");
            var refused = assertThrows(ModelException.class, () -> serve(served, "c"));
            assertTrue(refused.getMessage().contains("c: the model's files have " + bytes + " bytes, those that are loaded "
                + "have " + 2 * bytes + ", and together they may have " + (2 * bytes + 1) + " (--model-memory)"),
                refused::getMessage);
            assertEquals(503, Client.get(served.address(), "/v2/health/ready").status());
            assertEquals(200, Client.get(served.address(), "/v2/models/b/ready").status());
            assertTrue(Client.get(served.address(), "/metrics").text()
                .contains("gpux_model_bytes{model=\"a\",version=\"1\"} " + bytes + "\n"));
            assertEquals(200, Client.post(served.address(), "/v2/repository/models/a/unload", "").status());
            assertEquals(200, Client.post(served.address(), "/v2/repository/models/c/load", "").status());
            assertEquals(200, Client.get(served.address(), "/v2/health/ready").status());
            assertEquals(400, Client.post(served.address(), "/v2/repository/models/a/load", "").status());
        }
    }

    /** The new model is there before the old one goes, so both must fit; a refused one leaves the old one alone. */
    @Test
    void aReloadNeedsRoomForBoth() throws IOException {
        try (var served = serve(limited(2 * bytes - 1), "a")) {
            var answer = Client.post(served.address(), "/v2/repository/models/a/load", "");
            assertEquals(400, answer.status());
            assertTrue(answer.text().contains("--model-memory"), answer::text);
            assertEquals(200, Client.get(served.address(), "/v2/models/a/ready").status());
        }
    }

    @Test
    void weightsBesideTheModelCount() throws IOException {
        OnnxWriter.write(large().build(), folder.resolve("large.onnx"), new WeightPlacement.SideFile("large.weights", 1024));
        assertTrue(Files.size(folder.resolve("large.onnx")) < 1024);
        try (var served = limited(4L * WEIGHTS)) {
            assertThrows(ModelException.class, () -> serve(served, "a"));
        }
        try (var served = serve(limited(5L * WEIGHTS), "a")) {
            assertEquals(200, Client.get(served.address(), "/v2/models/a/ready").status());
        }
    }

    /** Models that are loaded at the same time count each other. */
    @Test
    void severalAtOnceDoNotSlipThrough() throws Exception {
        try (var served = limited(3 * bytes); var threads = Executors.newFixedThreadPool(8)) {
            var loads = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 8; i++) {
                var name = "m" + i;
                loads.add(() -> {
                    try {
                        serve(served, name);
                        return true;
                    } catch (ModelException e) {
                        return false;
                    }
                });
            }
            int loaded = 0;
            for (var load : threads.invokeAll(loads)) {
                loaded += load.get() ? 1 : 0;
            }
            assertEquals(3, loaded);
        }
    }
}
