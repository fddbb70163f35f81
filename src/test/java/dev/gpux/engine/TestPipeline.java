package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A model in a folder of its own, run with the steps that a test writes. */
final class TestPipeline implements AutoCloseable {
    private final Model model;
    final Arena arena = Arena.ofConfined();

    private TestPipeline(Model model) {
        this.model = model;
    }

    /** @param steps what stands in the GPUXfile behind the model */
    static TestPipeline of(Path folder, ModelBuilder builder, String steps) throws IOException {
        OnnxWriter.write(builder.build(), folder.resolve("m.onnx"));
        var gpuxfile = Gpuxfile.parse("model: m.onnx\n" + steps, folder.resolve("GPUXfile"), Map.of());
        return new TestPipeline(Model.open(gpuxfile, OpenOptions.standard()));
    }

    /** {@code y = x}. */
    static ModelBuilder identity(Object... dims) {
        return identity(OnnxDataType.FLOAT, dims);
    }

    static ModelBuilder identity(OnnxDataType type, Object... dims) {
        return ModelBuilder.create().input("x", type, dims).node("Identity", List.of("x"), List.of("y"))
            .output("y", type, dims);
    }

    Model model() {
        return model;
    }

    Map<String, Answer> run(Map<String, Input> item) {
        return model.run(arena, item).outcomes().getFirst().answers();
    }

    /** Runs with one float32 tensor. */
    Map<String, Answer> run(String input, float[] numbers, long... shape) {
        return run(Map.of(input, numbers(numbers, shape)));
    }

    Input numbers(float[] numbers, long... shape) {
        return new Input.Numbers(Tensor.of(arena, numbers, shape));
    }

    static Tensor tensor(Map<String, Answer> answers, String name) {
        return (Tensor) ((Answer.Numbers) answers.get(name)).value();
    }

    @Override
    public void close() {
        model.close();
        arena.close();
    }
}
