package dev.gpux.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.selection.ProbeModel;
import java.lang.foreign.Arena;
import java.util.Map;

/** The model that providers are probed with, run. */
final class TinyModel {
    private TinyModel() { }

    static void run(SessionOptions options) {
        try (var session = Session.open(ProbeModel.bytes(), options);
             var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {-1, 2}, 2)))) {
            assertArrayEquals(new float[] {0, 2}, outputs.tensor("y").floats());
        }
    }
}
