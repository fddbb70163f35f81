package dev.gpux.server.model;

import dev.gpux.ort.OrtException;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.ValueType.TensorType;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;

/** Runs a model on zeros, so that a worker has recorded the batches that will come before the first of them comes. */
final class Recordings {
    /** The second run on the same shapes is recorded. */
    private static final int RUNS = 2;

    private Recordings() { }

    /** On the worker's thread; nothing where nothing is recorded. What fails here, requests will tell of. */
    static void make(Worker worker) {
        var model = worker.model();
        if (!model.session().recordsGraphs() || !model.session().inputs().stream().allMatch(input ->
            model.signature().inputs().containsKey(input.name()))) {
            return;
        }
        var sizes = model.stacking().sizes();
        try {
            for (int rows : sizes.isEmpty() ? List.of(1) : sizes) {
                for (int run = 0; run < RUNS; run++) {
                    run(worker, rows);
                }
            }
        } catch (OrtException | TensorException e) {
            // Zeros are not for this model.
        }
    }

    private static void run(Worker worker, int rows) {
        try (var arena = Arena.ofConfined()) {
            var inputs = new HashMap<String, Tensor>();
            worker.model().signature().inputs().forEach((name, type) -> inputs.put(name, zeros(arena, type, rows)));
            worker.runner().runSession(arena, inputs, worker.options());
        }
    }

    /** Sizes that the model leaves open are 1, but the first. */
    private static Tensor zeros(Arena arena, TensorType type, int rows) {
        var shape = type.dimensions().stream().mapToLong(size -> size.isFixed() ? size.size() : 1).toArray();
        if (shape.length > 0 && !type.dimensions().getFirst().isFixed()) {
            shape[0] = rows;
        }
        return Tensor.allocate(arena, type.elementType(), shape);
    }
}
