package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.provider.ProviderException;
import dev.gpux.server.model.Source;
import dev.gpux.server.route.RouteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server says of its health, when models cannot run where they must, or do not run any more. */
class HealthTest {
    private static final String READY = "/v2/health/ready";
    private static final int RUNS = 10;

    @TempDir
    Path folder;

    /** {@code y = x} in the shape that the client asks for: a run fails whenever a client likes. */
    private static ModelBuilder reshape() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n").input("shape", OnnxDataType.INT64, 1)
            .node("Reshape", List.of("x", "shape"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "m");
    }

    private static int run(Served served, int wanted) throws IOException {
        return Client.post(served.address(), "/v2/models/m/infer", "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":"
            + "\"FP32\",\"data\":[1,2]},{\"name\":\"shape\",\"shape\":[1],\"datatype\":\"INT64\",\"data\":[" + wanted + "]}]}")
            .status();
    }

    private static int ready(Served served) throws IOException {
        return Client.get(served.address(), READY).status();
    }

    /** The input of the golden test, which is a file: without it the test fails. */
    private Path golden() throws IOException {
        return Files.writeString(folder.resolve("x.json"), "[1, 2]");
    }

    private Served served() throws IOException {
        golden();
        return Served.local().with(folder, "m", reshape(), "tests:", "  - {input: {x: '@x.json', shape: [2]}, expect: {y: "
            + "[1, 2]}}");
    }

    /** What fails is what they send: the model answers its own test, and stays. */
    @Test
    void clientsCannotTakeAModelOutOfService() throws IOException, InterruptedException {
        try (var served = served()) {
            for (int i = 0; i < RUNS; i++) {
                assertEquals(500, run(served, 3));
                assertEquals(200, ready(served));
            }
            Thread.sleep(200);
            assertEquals(200, ready(served));
            assertEquals(200, run(served, 2));
        }
    }

    @Test
    void aModelThatDoesNotRunAnyMoreIsNotReadyUntilItDoes() throws IOException, InterruptedException {
        try (var served = served()) {
            Files.delete(folder.resolve("x.json"));
            assertEquals(200, ready(served));
            for (int i = 0; i < RUNS; i++) {
                run(served, 3);
            }
            Served.await("it is not ready", () -> served.server().repository().list().getFirst().state().name()
                .equals("FAILED"));
            assertEquals(503, ready(served));
            assertEquals(503, Client.get(served.address(), "/v2/models/m/ready").status());
            assertEquals(200, Client.get(served.address(), "/v2/health/live").status());
            var index = Client.post(served.address(), "/v2/repository/index", "").text();
            assertTrue(index.contains("\"state\":\"FAILED\",\"reason\":\"it does not run any more: "), index);
            assertTrue(Client.get(served.address(), "/metrics").text()
                .contains("gpux_model_ready{model=\"m\",version=\"1\"} 0\n"));
            // Whoever asks is answered all the same.
            assertEquals(200, run(served, 2));
            golden();
            Served.await("it is ready again", () -> served.server().repository().isReady());
            assertEquals(200, ready(served));
        }
    }

    /** A model whose GPUXfile requires what this machine does not have; the others go on. */
    @Test
    void isNotReadyWhenWhatIsRequiredIsMissing() throws IOException {
        try (var served = new Served(ServerOptions.local().withRoutes(RouteSettings.STANDARD.withAllowLoad(true)))
            .with(folder, "tiny", Served.tiny())) {
            OnnxWriter.write(Served.tiny().build(), folder.resolve("fast.onnx"));
            var file = folder.resolve("GPUXfile");
            var source = new Source("fast", () -> Gpuxfile.parse("name: fast\nmodel: fast.onnx\nruntime: {require: tensorrt}\n",
                file, Map.of()));
            assertThrows(ProviderException.class, () -> served.server().load(source));
            assertEquals(503, ready(served));
            assertEquals(200, Client.get(served.address(), "/v2/models/tiny/ready").status());
            assertEquals(503, Client.get(served.address(), "/v2/models/fast/ready").status());
            assertEquals(503, Client.post(served.address(), "/v2/models/fast/infer", "{}").status());
            var index = Client.post(served.address(), "/v2/repository/index", "").text();
            assertTrue(index.contains("\"name\":\"fast\",\"version\":\"1\",\"state\":\"FAILED\",\"reason\":\""), index);
            // Nobody wants it any more: what is left is healthy.
            assertEquals(200, Client.post(served.address(), "/v2/repository/models/fast/unload", "").status());
            assertEquals(200, ready(served));
        }
    }
}
