package dev.gpux.pipeline.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.ModelMetadata;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.PipelineException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling, against sums done by hand. */
class PoolTest {
    /** Two texts of three tokens of two numbers; the second text has one token and two of padding. */
    private static final float[] TOKENS = {3, 4, 1, 0, 5, 8, 6, 8, 100, 100, -100, -100};
    private static final long[] MASK = {1, 1, 1, 1, 0, 0};

    @ParameterizedTest
    @CsvSource({"mean, 3, 4, 6, 8", "max, 5, 8, 6, 8", "cls, 3, 4, 6, 8"})
    void poolsTheTokensThatTheMaskCounts(String mode, float a, float b, float c, float d) {
        assertArrayEquals(new float[] {a, b, c, d}, pool(Map.of("mode", mode), MASK));
    }

    @Test
    void makesVectorsOneLong() {
        assertArrayEquals(new float[] {0.6f, 0.8f, 0.6f, 0.8f},
            pool(Map.of("mode", "mean", "normalize", "l2"), MASK), 1e-6f);
    }

    @Test
    void aTextWithoutTokensIsZeroAndStaysSo() {
        assertArrayEquals(new float[] {3, 4, 0, 0}, pool(Map.of("normalize", "none"), 1, 1, 1, 0, 0, 0));
        assertArrayEquals(new float[] {0.6f, 0.8f, 0, 0}, pool(Map.of("normalize", "l2"), 1, 1, 1, 0, 0, 0), 1e-6f);
    }

    @Test
    void saysThatTheOutputIsOfTheWrongRank() {
        var e = assertThrows(RuntimeException.class, () ->
            new Pool().after(new GivenParameters(Map.of("output", "flat")), signature()));
        assertTrue(e.getMessage().contains("pool reads float32[texts, tokens, size]"), e.getMessage());
    }

    @Test
    void aMaskOfAnotherShapeIsRefused() {
        try (var arena = Arena.ofConfined()) {
            var batch = new Batch(arena, List.of(Map.of(), Map.of()));
            batch.give("attention_mask", Tensor.of(arena, new long[] {1, 1}, 2, 1));
            batch.output("tokens", Tensor.of(arena, TOKENS, 2, 3, 2));
            var step = new Pool().after(new GivenParameters(Map.of()), signature()).orElseThrow();
            assertThrows(PipelineException.class, () -> step.apply(batch));
        }
    }

    private static float[] pool(Map<String, String> parameters, long... mask) {
        try (var arena = Arena.ofConfined()) {
            var batch = new Batch(arena, List.of(Map.of(), Map.of()));
            batch.give("attention_mask", Tensor.of(arena, mask, 2, 3));
            batch.output("tokens", Tensor.of(arena, TOKENS, 2, 3, 2));
            var step = new Pool().after(new GivenParameters(parameters), signature()).orElseThrow();
            step.apply(batch);
            assertEquals(List.of("embedding"), List.copyOf(batch.outputs().keySet()));
            return batch.output("embedding").floats();
        }
    }

    private static ModelSignature signature() {
        var free = Dimension.UNKNOWN;
        return new ModelSignature(
            List.of(new ValueInfo("attention_mask", new TensorType(ElementType.INT64, List.of(free, free)))),
            List.of(new ValueInfo("tokens", new TensorType(ElementType.FLOAT32, List.of(free, free, free))),
                new ValueInfo("flat", new TensorType(ElementType.FLOAT32, List.of(free, free)))),
            new ModelMetadata("", "", "", "", "", OptionalLong.empty(), Map.of()));
    }
}
