package dev.gpux.bench;

import static dev.gpux.onnx.OnnxDataType.FLOAT;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is run: a model and the shapes of its inputs and outputs. */
public enum Workload {
    /** Two small operators: all but nothing to compute, so that calling is what costs. */
    TINY("tiny: 1×10 → Gemm → Softmax", Port.floats("x", 1, 10), Port.floats("y", 1, 10)),
    /** One operator that copies 4 kB. */
    IDENTITY("identity: 1×1000", Port.floats("x", 1, 1000), Port.floats("y", 1, 1000)),
    /** 12.6 MB through an operator that does as good as nothing, so that moving memory is what costs. */
    RELU("Relu: 1×3×1024×1024, 12.6 MB", Port.floats("x", 1, 3, 1024, 1024), Port.floats("y", 1, 3, 1024, 1024)),
    /** The model of the root example. */
    MINILM_1("MiniLM int8: 1×32 tokens", 1),
    /** The model of the root example, eight texts. */
    MINILM_8("MiniLM int8: 8×32 tokens", 8);

    private static final int TOKENS = 32;
    /** Where the models are; {@code Comparison} tells the processes that it starts. */
    private static final Path BUILT = Path.of(System.getProperty("bench.models", "target/jmh"));
    private static final Path FETCHED = Path.of(System.getProperty("gpux.models", "models"));

    private final String title;
    private final List<Port> inputs;
    private final Port output;

    Workload(String title, Port input, Port output) {
        this.title = title;
        this.inputs = List.of(input);
        this.output = output;
    }

    Workload(String title, int batch) {
        this.title = title;
        this.inputs = List.of(Port.longs("input_ids", batch, TOKENS), Port.longs("attention_mask", batch, TOKENS),
            Port.longs("token_type_ids", batch, TOKENS));
        this.output = Port.floats("last_hidden_state", batch, TOKENS, 384);
    }

    String title() {
        return title;
    }

    List<Port> inputs() {
        return inputs;
    }

    Port output() {
        return output;
    }

    Path model() {
        return switch (this) {
            case TINY, IDENTITY, RELU -> BUILT.resolve(name().toLowerCase() + ".onnx");
            case MINILM_1, MINILM_8 -> FETCHED.resolve("all-minilm-l6-v2-q.onnx");
        };
    }

    /**
     * How many runs are measured at once. On a machine with other work, the median of windows of some 20 µs says what a
     * run costs: few of them are interrupted.
     */
    int window() {
        return this == TINY || this == IDENTITY ? 16 : 1;
    }

    /** Writes the models that are built here. */
    static void writeModels() throws IOException {
        Files.createDirectories(BUILT);
        for (var workload : List.of(TINY, IDENTITY, RELU)) {
            OnnxWriter.write(workload.build(), workload.model());
        }
    }

    private OnnxModel build() {
        var builder = ModelBuilder.create().name(name());
        for (var input : inputs) {
            builder.input(input.name(), FLOAT, boxed(input.shape()));
        }
        builder.output(output.name(), FLOAT, boxed(output.shape()));
        return (switch (this) {
            case TINY -> builder.initializer("weights", new long[] {10, 10}, ramp(100))
                .initializer("bias", new long[] {10}, ramp(10))
                .node("Gemm", List.of("x", "weights", "bias"), List.of("h"))
                .node("Softmax", List.of("h"), List.of("y"));
            case IDENTITY -> builder.node("Identity", List.of("x"), List.of("y"));
            case RELU -> builder.node("Relu", List.of("x"), List.of("y"));
            case MINILM_1, MINILM_8 -> throw new IllegalStateException(this + " is fetched, not built");
        }).build();
    }

    private static float[] ramp(int length) {
        var numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (i % 7 - 3) / 10f;
        }
        return numbers;
    }

    private static Object[] boxed(long[] shape) {
        var sizes = new Object[shape.length];
        for (int i = 0; i < shape.length; i++) {
            sizes[i] = shape[i];
        }
        return sizes;
    }
}
