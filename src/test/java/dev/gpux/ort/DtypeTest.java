package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every element type goes into ORT and comes out of it bit by bit. */
class DtypeTest {
    /** What every ORT from 1.22 to 1.29 has an Identity kernel for on the CPU. */
    private static final Set<ElementType> COMPUTED = EnumSet.range(ElementType.FLOAT32, ElementType.FLOAT8E5M2FNUZ);

    static {
        COMPUTED.removeAll(EnumSet.of(ElementType.COMPLEX64, ElementType.COMPLEX128));
    }

    /** Bits at random; a bool is 0 or 1. */
    private static byte[] randomBytes(ElementType type, long elements) {
        var bytes = new byte[(int) type.byteSize(elements)];
        new Random(type.ordinal()).nextBytes(bytes);
        for (int i = 0; type == ElementType.BOOL && i < bytes.length; i++) {
            bytes[i] &= 1;
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void passesThroughIdentity(ElementType type) {
        Session session;
        try {
            session = Models.open(Models.identity(type, "n", "m"));
        } catch (OrtException e) {
            assertFalse(COMPUTED.contains(type), e::getMessage);
            assumeTrue(false, "ORT " + Environment.get().version() + " has no Identity for " + type + ": "
                + e.getMessage());
            return;
        }
        var elements = randomBytes(type, 3 * 7);
        try (session; var arena = Arena.ofConfined()) {
            var x = Tensor.copyOf(arena, type, MemorySegment.ofArray(elements), 3, 7);
            try (var outputs = session.run(Map.of("x", x))) {
                var y = outputs.tensor("y");
                assertEquals(type, y.elementType());
                assertEquals(Shape.of(3, 7), y.shape());
                assertArrayEquals(elements, y.bytes());
            }
            try (var prepared = session.prepare().input("x", 3, 7).build()) {
                prepared.input("x").segment().copyFrom(MemorySegment.ofArray(elements));
                prepared.run();
                assertArrayEquals(elements, prepared.output("y").bytes());
            }
        }
    }

    /** No kernel is needed for this, so it holds types for which ORT has none. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void isTheSameTypeToOrt(ElementType type) {
        try (var arena = Arena.ofConfined()) {
            var api = Environment.get().gate();
            var scratch = arena.allocate(Values.SCRATCH, 8);
            long value;
            try {
                value = Tensor.allocate(arena, type, 2, 5).pointer();
            } catch (OrtException e) {
                assertFalse(COMPUTED.contains(type), e::getMessage);
                assumeTrue(false, "ORT " + Environment.get().version() + " does not know " + type);
                return;
            }
            assertTrue(TensorInfo.isTensor(api, value, scratch));
            assertEquals(Shape.of(2, 5), TensorInfo.shape(api, value, scratch));
            assertEquals(type, TensorInfo.elementType(scratch));
        }
    }

    /** The lowest bits come first: ORT's own kernels say so. */
    @ParameterizedTest
    @ValueSource(strings = {"INT4", "UINT4", "INT2", "UINT2"})
    void packsSmallIntegersAsOrtDoes(ElementType type) {
        var model = ModelBuilder.create().irVersion(type.bits() == 2 ? 13 : 10).opset(type.bits() == 2 ? 25 : 21)
            .input("x", Models.onnx(type), "n").initializer("one", new long[0], 1f)
            .node("DequantizeLinear", List.of("x", "one"), List.of("y")).output("y", OnnxDataType.FLOAT, "n");
        Session session;
        try {
            session = Models.open(model);
        } catch (OrtException e) {
            assertEquals(2, type.bits(), e::getMessage);
            assumeTrue(false, "ORT " + Environment.get().version() + " cannot dequantize " + type);
            return;
        }
        try (session; var arena = Arena.ofConfined()) {
            int bits = type.bits();
            var expected = new float[5];
            var x = Tensor.allocate(arena, type, 5);
            for (int i = 0; i < 5; i++) {
                int raw = (i + 1) & ((1 << bits) - 1);
                int perByte = 8 / bits;
                var at = i / perByte;
                byte old = x.segment().get(JAVA_BYTE, at);
                x.segment().set(JAVA_BYTE, at, (byte) (old | raw << (i % perByte * bits)));
                boolean negative = type.label().startsWith("int") && raw >= 1 << (bits - 1);
                expected[i] = negative ? raw - (1 << bits) : raw;
            }
            try (var outputs = session.run(Map.of("x", x))) {
                assertArrayEquals(expected, outputs.tensor("y").floats());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void readsSixteenBitFloatsAsOrtDoes(ElementType type) {
        var model = ModelBuilder.create().input("x", Models.onnx(type), "n")
            .node("Cast", List.of("x"), List.of("y"), Attribute.of("to", OnnxDataType.FLOAT.number()))
            .output("y", OnnxDataType.FLOAT, "n");
        try (var session = Models.open(model); var arena = Arena.ofConfined()) {
            var every = new short[1 << 16];
            for (int i = 0; i < every.length; i++) {
                every[i] = (short) i;
            }
            var x = Tensor.copyOf(arena, type, MemorySegment.ofArray(every), every.length);
            try (var outputs = session.run(Map.of("x", x))) {
                assertArrayEquals(outputs.tensor("y").floats(), x.floats());
            }
        }
    }

    @Test
    void stringsPassThroughIdentity() {
        var texts = List.of("", "a", "Grüße", "日本語", "😀", "a\0b\0", "x".repeat(100_000), "\n\t\"");
        try (var session = Models.open(Models.identity(ElementType.STRING, "n", "m")); var arena = Arena.ofConfined()) {
            var x = Tensor.ofStrings(arena, texts, 2, 4);
            assertEquals(texts, x.strings());
            try (var outputs = session.run(Map.of("x", x))) {
                assertEquals(texts, outputs.tensor("y").strings());
                assertEquals(Shape.of(2, 4), outputs.tensor("y").shape());
                assertThrows(TensorException.class, () -> outputs.tensor("y").segment());
                assertThrows(TensorException.class, () -> outputs.tensor("y").bytes());
            }
            try (var prepared = session.prepare().input("x", x).build()) {
                prepared.run();
                assertEquals(texts, prepared.output("y").strings());
                prepared.run();
                assertEquals(texts, prepared.output("y").strings());
            }
            try (var outputs = session.run(Map.of("x", Tensor.ofStrings(arena, List.of(), 3, 0)))) {
                assertEquals(List.of(), outputs.tensor("y").strings());
                assertEquals(Shape.of(3, 0), outputs.tensor("y").shape());
            }
        }
    }

    @Test
    void javaHasNoTextWithHalfACharacter() {
        try (var arena = Arena.ofConfined()) {
            // What String.getBytes does; documented at Tensor.ofStrings.
            assertEquals(List.of("a?b"), Tensor.ofStrings(arena, List.of("a\ud800b"), 1).strings());
        }
    }

    @Test
    void scalarsAndTensorsWithoutElements() {
        try (var session = Models.open(ModelBuilder.create().input("x", OnnxDataType.FLOAT)
                .node("Neg", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT));
             var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {2})));
             var prepared = session.prepare().build()) {
            assertEquals(Shape.SCALAR, outputs.tensor("y").shape());
            assertArrayEquals(new float[] {-2}, outputs.tensor("y").floats());
            prepared.input("x").segment().copyFrom(MemorySegment.ofArray(new float[] {3}));
            prepared.run();
            assertEquals(Shape.SCALAR, prepared.output("y").shape());
            assertArrayEquals(new float[] {-3}, prepared.output("y").floats());
        }
        try (var session = Models.open(Models.identity(ElementType.INT64, "n", "m", "k")); var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new long[0], 2, 0, 5)));
             var prepared = session.prepare().input("x", 0, 0, 1).build()) {
            assertEquals(Shape.of(2, 0, 5), outputs.tensor("y").shape());
            assertEquals(0, outputs.tensor("y").segment().byteSize());
            prepared.run();
            assertEquals(Shape.of(0, 0, 1), prepared.output("y").shape());
        }
    }

    @Test
    void manyDimensions() {
        var names = new Object[12];
        Arrays.setAll(names, i -> "d" + i);
        long[] shape = {1, 2, 1, 1, 3, 1, 1, 1, 2, 1, 1, 1};
        try (var session = Models.open(Models.identity(ElementType.INT32, names)); var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new int[12], shape)))) {
            assertEquals(Shape.of(shape), outputs.tensor("y").shape());
        }
    }
}
