package dev.gpux.server.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.server.oip.InferRequest;
import dev.gpux.server.oip.RequestedOutput;
import dev.gpux.server.oip.Signature;
import dev.gpux.server.oip.TensorData;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How many rows a batch has, and where each request's are. */
class TensorStackingTest {
    private static final TensorType PAIRS = new TensorType(ElementType.FLOAT32,
        List.of(Dimension.symbolic("n"), Dimension.fixed(2)));

    private static TensorStacking stacking(boolean recorded, Integer... preferred) {
        var signature = Signature.of(List.of(new ValueInfo("x", PAIRS)), List.of(new ValueInfo("y", PAIRS)));
        return new TensorStacking(signature, new BatchPolicy(12, 0, List.of(preferred), List.of()), true, recorded);
    }

    private static InferRequest request(Arena arena, float... x) {
        var tensor = Tensor.of(arena, x, x.length / 2, 2);
        return new InferRequest("", List.of(new TensorData("x", ElementType.FLOAT32, Shape.of(x.length / 2, 2),
            tensor.segment(), List.of())), List.of(new RequestedOutput("y", false, 0)), OptionalLong.empty());
    }

    @Test
    void batchesAreFilledUpWhereRunsAreRecorded() {
        assertEquals(List.of(), stacking(false).sizes());
        assertEquals(7, stacking(false).rows(7));
        var powers = stacking(true);
        assertEquals(List.of(1, 2, 4, 8, 12), powers.sizes());
        assertArrayEquals(new long[] {1, 2, 4, 4, 8, 12, 12, 13},
            LongStream.of(1, 2, 3, 4, 5, 9, 12, 13).map(powers::rows).toArray());
        assertEquals(List.of(1, 6, 12), stacking(true, 6).sizes());
        assertEquals(6, stacking(true, 6).rows(2));
    }

    @Test
    void eachRequestGetsItsOwnRowsBack() {
        for (var recorded : new boolean[] {false, true}) {
            try (var arena = Arena.ofConfined()) {
                var stacking = stacking(recorded);
                var joined = stacking.join(arena, "x", List.of(request(arena, 1, 2), request(arena, 3, 4, 5, 6),
                    request(arena, 7, 8), request(arena, 9, 10)));
                assertEquals(Shape.of(recorded ? 8 : 5, 2), joined.shape());
                var all = new float[recorded ? 16 : 10];
                for (int i = 0; i < 10; i++) {
                    all[i] = 1 + i;
                }
                assertArrayEquals(all, joined.floats());
                var second = stacking.part(arena, "y", joined, 1, 2, 2, 2);
                assertEquals(Shape.of(2, 2), second.shape());
                assertArrayEquals(new float[] {3, 4, 5, 6}, second.floats());
                assertArrayEquals(new float[] {9, 10}, stacking.part(arena, "y", joined, 4, 1, 2, 2).floats());
            }
        }
    }
}
