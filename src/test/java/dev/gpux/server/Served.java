package dev.gpux.server;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.GraphBuilder;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.ValueType;
import dev.gpux.server.model.Source;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/** A server in this process, with models that tests make; no error of the server itself may happen. */
final class Served implements AutoCloseable {
    private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();

    private final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final Server server;

    Served(ServerOptions options) throws IOException {
        server = Server.start(options, errors::add);
    }

    static Served local() throws IOException {
        return new Served(ServerOptions.local());
    }

    /** Serves a GPUXfile's text, which stands in {@code folder}. */
    Served with(Path folder, String gpuxfile) {
        var file = folder.resolve("GPUXfile");
        server.load(new Source("test", () -> Gpuxfile.parse(gpuxfile, file, Map.of())));
        return this;
    }

    /** Serves a model, written to {@code folder}, by a name, with further lines in its GPUXfile. */
    Served with(Path folder, String name, ModelBuilder model, String... lines) throws IOException {
        OnnxWriter.write(model.build(), folder.resolve(name + ".onnx"));
        return with(folder, "name: " + name + "\nmodel: " + name + ".onnx\n" + String.join("\n", lines) + "\n");
    }

    Server server() {
        return server;
    }

    InetSocketAddress address() {
        return server.address();
    }

    Client connect() throws IOException {
        return new Client(address());
    }

    /** {@code y = x}, with an open first dimension unless {@code dims} say otherwise. */
    static ModelBuilder identity(OnnxDataType type, Object... dims) {
        return ModelBuilder.create().input("x", type, dims).node("Identity", List.of("x"), List.of("y"))
            .output("y", type, dims);
    }

    /** float32[batch, 10] through a Gemm and a Softmax: small, and of the shape of a real model. */
    static ModelBuilder tiny() {
        var weights = new float[100];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i * 37 % 100 - 50) / 100f;
        }
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", 10)
            .initializer("w", new long[] {10, 10}, weights)
            .node("MatMul", List.of("x", "w"), List.of("m")).node("Softmax", List.of("m"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "batch", 10);
    }

    /** {@code y = x + 1}, {@code rounds} times: a run as long as one likes. */
    static ModelBuilder loop() {
        var body = GraphBuilder.create("body").input("i", OnnxDataType.INT64).input("go", OnnxDataType.BOOL)
            .input("v", ValueType.tensor(OnnxDataType.FLOAT, "n"))
            .node("Identity", List.of("go"), List.of("goOn")).node("Add", List.of("v", "one"), List.of("w"))
            .output("goOn", OnnxDataType.BOOL).output("w", ValueType.tensor(OnnxDataType.FLOAT, "n")).build();
        return ModelBuilder.create().input("rounds", OnnxDataType.INT64).input("x", OnnxDataType.FLOAT, "n")
            .initializer("one", new long[] {1}, 1f)
            .node("Loop", List.of("rounds", "", "x"), List.of("y"), Attribute.of("body", body))
            .output("y", OnnxDataType.FLOAT, "n");
    }

    /** A request for {@link #loop()}. */
    static String rounds(long rounds) {
        return "{\"inputs\":[{\"name\":\"rounds\",\"shape\":[],\"datatype\":\"INT64\",\"data\":[" + rounds + "]},"
            + "{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}]}";
    }

    /** Waits until something holds; a run that others end may take its time on a busy machine. */
    static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("after two minutes still not: " + what);
            }
            Thread.sleep(5);
        }
    }

    static Path model(String name) {
        return Path.of(System.getProperty("gpux.models"), name).toAbsolutePath();
    }

    static String quoted(Path path) {
        return "'" + path + "'";
    }

    static boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public void close() {
        server.close();
        if (!errors.isEmpty()) {
            throw new AssertionError("the server failed " + errors.size() + " times", errors.peek());
        }
    }
}
