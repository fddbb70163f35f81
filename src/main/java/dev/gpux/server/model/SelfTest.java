package dev.gpux.server.model;

import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueType.TensorType;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/** What tells that a model runs, whatever clients send it; by the way it warms the model up. */
interface SelfTest {
    /** For a model that has no golden tests and cannot be run on zeros: nothing can be said of it. */
    SelfTest NONE = _ -> { };

    /**
     * Runs the model.
     *
     * @throws RuntimeException what the run threw, or a {@link ModelException} if the answer is not what it should be
     */
    void run(Model engine);

    /**
     * Finds out what a model can be tested with, and warms it up with that, so that the first request pays for nothing.
     *
     * @throws ModelException if the model does not give what its golden tests expect
     */
    static SelfTest warmUp(Model engine) {
        if (!engine.gpuxfile().tests().isEmpty()) {
            // The best warm-up, and they say whether the model still is what it was.
            thrice(SelfTest::golden, engine);
            return SelfTest::golden;
        }
        if (engine.session().inputs().stream().anyMatch(input -> !(input.type() instanceof TensorType type)
            || type.elementType() == ElementType.STRING)) {
            return NONE;
        }
        try {
            thrice(SelfTest::zeros, engine);
            return SelfTest::zeros;
        } catch (OrtException | TensorException e) {
            // Zeros are not for this model; requests warm it up.
            return NONE;
        }
    }

    private static void thrice(SelfTest test, Model engine) {
        for (int i = 0; i < 3; i++) {
            test.run(engine);
        }
    }

    private static void golden(Model engine) {
        for (var result : GoldenTests.run(engine)) {
            if (!result.passed()) {
                throw new ModelException(engine.gpuxfile().name() + ": the golden test '" + result.name() + "' fails: "
                    + String.join("; ", result.differences()));
            }
        }
    }

    private static void zeros(Model engine) {
        try (var arena = Arena.ofConfined()) {
            var inputs = new HashMap<String, Value>();
            for (var input : engine.session().inputs()) {
                inputs.put(input.name(), zeros(arena, (TensorType) input.type()));
            }
            engine.session().run(Map.copyOf(inputs)).close();
        }
    }

    private static Tensor zeros(Arena arena, TensorType type) {
        var sizes = new long[type.dimensions().size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = type.dimensions().get(i).isFixed() ? type.dimensions().get(i).size() : 1;
        }
        return Tensor.allocate(arena, type.elementType(), sizes);
    }
}
