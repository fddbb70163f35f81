package dev.gpux.tensorio;

import static dev.gpux.tensorio.Expect.error;
import static dev.gpux.tensorio.Expect.x;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFormatTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private MemorySegment file(byte[] bytes) {
        var memory = arena.allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private Tensor reference(String name, ElementType type, Object... dimensions) {
        return read(NumpyReference.get(name), x(type, dimensions));
    }

    private Tensor read(byte[] bytes, ValueInfo expected) {
        return NpyFormat.read(arena, file(bytes), expected);
    }

    /** A file by the specification, header in any wording. */
    private static byte[] npy(String header, byte... data) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(),
            (byte) (header.length() >> 8)});
        bytes.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(data);
        return bytes.toByteArray();
    }

    private static byte[] written(Tensor tensor) {
        var bytes = new ByteArrayOutputStream();
        try {
            NpyFormat.write(Channels.newChannel(bytes), tensor);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void readsIntegersOfEverySizeAndByteOrder() {
        for (var order : List.of("<", ">")) {
            assertArrayEquals(new short[] {0, 1, 2, 3, Short.MIN_VALUE, Short.MAX_VALUE},
                reference(order + "i2", ElementType.INT16, "N", 3).segment().toArray(JAVA_SHORT), order);
            assertArrayEquals(new short[] {0, 1, 2, 3, 0, -1},
                reference(order + "u2", ElementType.UINT16, 2, "M").segment().toArray(JAVA_SHORT), order);
            assertArrayEquals(new int[] {0, 1, 2, 3, Integer.MIN_VALUE, Integer.MAX_VALUE},
                reference(order + "i4", ElementType.INT32).ints(), order);
            assertArrayEquals(new int[] {0, 1, 2, 3, 0, -1}, reference(order + "u4", ElementType.UINT32).ints(), order);
            assertArrayEquals(new long[] {0, 1, 2, 3, Long.MIN_VALUE, Long.MAX_VALUE},
                reference(order + "i8", ElementType.INT64).longs(), order);
            assertArrayEquals(new long[] {0, 1, 2, 3, 0, -1},
                reference(order + "u8", ElementType.UINT64).longs(), order);
        }
        assertArrayEquals(new byte[] {0, 1, 2, 3, -128, 127}, reference("|i1", ElementType.INT8).bytes());
        assertArrayEquals(new byte[] {0, 1, 2, 3, 0, -1}, reference("|u1", ElementType.UINT8).bytes());
        assertArrayEquals(new byte[] {1, 0, 1}, reference("bool", ElementType.BOOL, 1, 3).bytes());
    }

    @Test
    void readsFloatsOfEverySizeAndByteOrder() {
        var floats = new float[] {0, 1, -2, 0.5f, Float.NaN, Float.POSITIVE_INFINITY};
        var doubles = new double[] {0, 1, -2, 0.5, Double.NaN, Double.POSITIVE_INFINITY};
        for (var order : List.of("<", ">")) {
            assertArrayEquals(floats, reference(order + "f2", ElementType.FLOAT16).floats(), order);
            assertArrayEquals(floats, reference(order + "f4", ElementType.FLOAT32).floats(), order);
            assertArrayEquals(doubles, reference(order + "f8", ElementType.FLOAT64).doubles(), order);
        }
    }

    @Test
    void readsTextOfBothKinds() {
        for (var order : List.of("<", ">")) {
            var tensor = reference(order + "U", ElementType.STRING, 2, 3);
            assertEquals(List.of("a", "", "grün", "日本", "x😀", "end"), tensor.strings());
            assertEquals(Shape.of(2, 3), tensor.shape());
        }
        assertEquals(List.of("a", "", "grün"), reference("S", ElementType.STRING, "N").strings());
    }

    @Test
    void transposesFortranOrder() {
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, reference("fortran-f4", ElementType.FLOAT32, 2, 3).floats());
        var longs = new long[24];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = i;
        }
        assertArrayEquals(longs, reference("fortran->i8", ElementType.INT64, 2, 3, 4).longs());
        assertEquals(List.of("a", "b", "c", "d", "e", "f"),
            reference("fortran-U", ElementType.STRING, 2, 3).strings());
    }

    @Test
    void readsScalarsEmptyArraysAndAllVersions() {
        assertEquals(Shape.SCALAR, reference("scalar", ElementType.FLOAT32).shape());
        assertArrayEquals(new float[] {2.5f}, reference("scalar", ElementType.FLOAT32).floats());
        assertEquals(Shape.of(0, 3), reference("empty", ElementType.FLOAT32, "N", 3).shape());
        assertArrayEquals(new int[] {0, 1, 2}, reference("version-2", ElementType.INT32, 3).ints());
        assertArrayEquals(new int[] {0, 1, 2}, reference("version-3", ElementType.INT32, 3).ints());
    }

    @Test
    void liesInTheFileWhereItCan() {
        var memory = file(NumpyReference.get("<f4"));
        var tensor = NpyFormat.read(arena, memory, x(ElementType.FLOAT32, 2, 3));
        assertEquals(memory.address() + 128, tensor.segment().address());
        memory.set(JAVA_FLOAT, 128, 42f);
        assertEquals(42f, tensor.floats()[0]);
        // One dimension has only one order.
        var one = file(npy("{'descr':'|u1','fortran_order':True,'shape':(3,)}", (byte) 1, (byte) 2, (byte) 3));
        assertEquals(one.address() + one.byteSize() - 3,
            NpyFormat.read(arena, one, x(ElementType.UINT8, 3)).segment().address());
    }

    @Test
    void copiesWhatIsNotAligned() {
        var bytes = npy("{'descr':'<f4','fortran_order':False,'shape':(1,)} ", (byte) 0, (byte) 0, (byte) 0x80,
            (byte) 0x3F);
        assertEquals(1, bytes.length % 4);
        assertArrayEquals(new float[] {1}, read(bytes, x(ElementType.FLOAT32, 1)).floats());
    }

    @Test
    void widensWithoutLossAndNothingElse() {
        assertArrayEquals(new long[] {0, 1, 2, 3, Integer.MIN_VALUE, Integer.MAX_VALUE},
            reference(">i4", ElementType.INT64).longs());
        assertArrayEquals(new long[] {0, 1, 2, 3, 0, 0xFFFF_FFFFL}, reference("<u4", ElementType.INT64).longs());
        assertArrayEquals(new long[] {1, 0, 1}, reference("bool", ElementType.INT64).longs());
        assertArrayEquals(new float[] {0, 1, 2, 3, 0, 255}, reference("|u1", ElementType.FLOAT32).floats());
        assertArrayEquals(new double[] {0, 1, -2, 0.5, Double.NaN, Double.POSITIVE_INFINITY},
            reference("<f2", ElementType.FLOAT64).doubles());
        assertArrayEquals(new float[] {0, 1, 2, 3, -32768, 32767}, reference("<i2", ElementType.FLOAT32).floats());
        assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5},
            NpyFormat.read(arena, file(NumpyReference.get("fortran-f4")), x(ElementType.FLOAT64)).doubles());

        error(() -> reference("<f8", ElementType.FLOAT32, 2, 3), "float64[2, 3]", "'x' is float32[2, 3]",
            "a.astype('float32')");
        error(() -> reference("<i8", ElementType.INT32), "int64", "int32");
        error(() -> reference("<i4", ElementType.FLOAT32), "int32", "float32");
        error(() -> reference("<i8", ElementType.FLOAT64), "int64", "float64");
        error(() -> reference("|i1", ElementType.UINT8), "int8", "uint8");
        error(() -> reference("<f4", ElementType.INT64), "float32", "int64");
        error(() -> reference("|u1", ElementType.BOOL), "uint8", "bool");
        error(() -> reference("<U", ElementType.FLOAT32), "text (<U4)", "float32");
        error(() -> reference("<f4", ElementType.STRING), "float32", "string", "astype(str)");
    }

    /** The rule of {@link Widening}, against the values themselves: the extremes must survive the way and back. */
    @Test
    void whatIsCalledLosslessIs() {
        var types = List.of(ElementType.INT8, ElementType.UINT8, ElementType.INT16, ElementType.UINT16,
            ElementType.INT32, ElementType.UINT32, ElementType.INT64, ElementType.UINT64, ElementType.FLOAT16,
            ElementType.BFLOAT16, ElementType.FLOAT32, ElementType.FLOAT64);
        int allowed = 0;
        for (var from : types.subList(0, 6)) {
            var extremes = new long[] {from.label().startsWith("u") ? 0 : -(1L << from.bits() - 1),
                (1L << from.bits() - (from.label().startsWith("u") ? 0 : 1)) - 1};
            for (var to : types) {
                boolean exact = from != to;
                for (long value : extremes) {
                    exact &= holds(to, value);
                }
                assertEquals(exact, Widening.isLossless(from, to), from + " to " + to);
                allowed += exact ? 1 : 0;
            }
        }
        assertTrue(allowed > 20);
    }

    private static boolean holds(ElementType type, long value) {
        return switch (type) {
            case FLOAT64 -> (long) (double) value == value;
            case FLOAT32 -> (long) (float) value == value;
            case FLOAT16 -> (long) Float16.fromFloat16(Float16.toFloat16(value)) == value && Math.abs(value) < 65520;
            case BFLOAT16 -> (long) Float16.fromBfloat16(Float16.toBfloat16(value)) == value;
            case UINT64 -> value >= 0;
            case INT64 -> true;
            default -> type.label().startsWith("u")
                ? value >= 0 && value < 1L << type.bits()
                : value >= -(1L << type.bits() - 1) && value < 1L << type.bits() - 1;
        };
    }

    @Test
    void readsWhatNumPyHasNoTypeFor() {
        assertArrayEquals(new float[] {1, -3}, reference("raw2", ElementType.BFLOAT16, 2).floats());
        error(() -> reference("raw2", ElementType.FLOAT8E5M2), "raw bytes (V2)", "ml_dtypes");
        error(() -> reference("raw2", ElementType.INT16), "raw bytes (V2)");
        var int4 = read(npy("{'descr':'|i1','fortran_order':False,'shape':(3,)}", (byte) -8, (byte) 7, (byte) -1),
            x(ElementType.INT4, 3));
        assertArrayEquals(new byte[] {0x78, 0x0F}, int4.bytes());
        error(() -> read(npy("{'descr':'|i1','fortran_order':False,'shape':(3,)}", (byte) 0, (byte) 8, (byte) 0),
            x(ElementType.INT4, 3)), "element 1", "8 does not fit int4 (-8 to 7)");
    }

    @Test
    void refusesWhatIsNoTensor() {
        error(() -> reference("structured", ElementType.FLOAT32), "structured", "a['field']");
        error(() -> reference("object", ElementType.STRING), "Python objects");
        error(() -> reference("date", ElementType.INT64), "dates", "astype('int64')");
        error(() -> reference("<c8", ElementType.FLOAT32), "complex", "numpy.stack");
        error(() -> reference("<f4", ElementType.COMPLEX64), "complex");
        error(() -> reference("longdouble", ElementType.FLOAT64), "float128", "astype('float64')");
    }

    @Test
    void refusesAnotherShape() {
        error(() -> reference("<f4", ElementType.FLOAT32, "N", 4), "float32[2, 3]", "'x' is float32[N, 4]",
            "dimension 1 is 3 instead of 4");
        error(() -> reference("<f4", ElementType.FLOAT32, "N"), "2 dimensions instead of 1");
    }

    @Test
    void refusesMalformedFiles() {
        var x = x(ElementType.UINT8, "N");
        error(() -> read(new byte[0], x), "not a .npy file");
        error(() -> read("PK not this".getBytes(StandardCharsets.US_ASCII), x), "not a .npy file");
        var good = NumpyReference.get("|u1");
        for (int length = 6; length < good.length; length++) {
            int cut = length;
            error(() -> read(Arrays.copyOf(good, cut), x(ElementType.UINT8, 2, 3)), "cut short");
        }
        error(() -> read(Arrays.copyOf(good, good.length + 1), x(ElementType.UINT8, 2, 3)), "6 bytes",
            "7 follow");
        good[6] = 9;
        error(() -> read(good, x), "version 9");
        error(() -> read(npy("{'descr':'|u1','fortran_order':False}"), x), "lacks 'shape'");
        error(() -> read(npy("{'descr':'|u1','fortran_order':maybe,'shape':(1,)}"), x), "neither True nor False");
        error(() -> read(npy("{'descr':'|u1','fortran_order':False,'shape':(-1,)}"), x), "malformed");
        error(() -> read(npy("{'descr':'|u1','fortran_order':False,'shape':(1,),'more':1}"), x), "'more'");
        error(() -> read(npy("{'descr':'|u1','descr':'|u1','fortran_order':False,'shape':(1,)}"), x), "twice");
        error(() -> read(npy("{'descr':'|q1','fortran_order':False,'shape':(1,)}"), x), "'|q1'");
        error(() -> read(npy("{'descr':'<u99999999','fortran_order':False,'shape':(1,)}"), x), "'<u99999999'");
        error(() -> read(npy("{'descr':'|u1','fortran_order':False,'shape':("
            + "999999999999999999,".repeat(3) + ")}"), x), "63 bits");
        error(() -> read(npy("{'descr':'|u1','fortran_order':False,'shape':(" + "1,".repeat(65) + ")}"), x), "64");
        error(() -> read(npy("{'descr':'|S0','fortran_order':False,'shape':(999999999999,)}"),
            x(ElementType.STRING, "N")), "999999999999 strings");
        error(() -> read(npy("{'descr':'|b1','fortran_order':False,'shape':(1,)}", (byte) 2), x(ElementType.BOOL, 1)),
            "2 is not a bool");
        error(() -> read(npy("{'descr':'<U1','fortran_order':False,'shape':(1,)}", (byte) 0, (byte) 0, (byte) 0,
            (byte) 1), x(ElementType.STRING, 1)), "element 0", "no Unicode character");
        error(() -> read(npy("{'descr':'|S2','fortran_order':False,'shape':(1,)}", (byte) 0, (byte) 'a'),
            x(ElementType.STRING, 1)), "NUL");
        error(() -> read(npy("{'descr':'|S1','fortran_order':False,'shape':(1,)}", (byte) 0xFF),
            x(ElementType.STRING, 1)), "UTF-8");
        var huge = npy("{}");
        huge[6] = 2;
        huge[8] = (byte) 0xFF;
        huge[9] = (byte) 0xFF;
        huge = Arrays.copyOf(huge, 16);
        huge[10] = (byte) 0xFF;
        huge[11] = (byte) 0x7F;
        var bytes = huge;
        error(() -> read(bytes, x), "header has 2147483647 bytes");
    }

    /** Byte for byte what NumPy writes, where NumPy has the type. */
    @ParameterizedTest
    @ValueSource(strings = {"<f2", "<f4", "<f8", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "|i1", "|u1", "bool", "<U",
        "scalar", "empty"})
    void writesWhatNumPyWrites(String name) {
        var reference = NumpyReference.get(name);
        var npy = NpyHeader.read(MemorySegment.ofArray(reference)).type();
        var type = npy.elementType(ElementType.STRING).orElseThrow();
        assertArrayEquals(reference, written(read(reference, x(type))));
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void readsBackEveryTypeItWrites(ElementType type) {
        Expect.assumeSupported(type);
        Tensor tensor;
        if (type == ElementType.STRING) {
            tensor = Tensor.ofStrings(arena, List.of("a", "ö😀", ""), 3, 1);
        } else {
            tensor = Tensor.allocate(arena, type, 3, 5);
            for (long i = 0; i < tensor.segment().byteSize(); i++) {
                tensor.segment().set(JAVA_BYTE, i, (byte) (type == ElementType.BOOL ? i % 2 : i * 37 + 5));
            }
            int used = type.bits() * 15 % 8;
            if (used != 0) {
                // The padding of the last byte is no element.
                long last = tensor.segment().byteSize() - 1;
                tensor.segment().set(JAVA_BYTE, last, (byte) (tensor.segment().get(JAVA_BYTE, last) & (1 << used) - 1));
            }
        }
        var back = read(written(tensor), x(type, 3, "N"));
        assertEquals(tensor.shape(), back.shape());
        if (type == ElementType.STRING) {
            assertEquals(tensor.strings(), back.strings());
        } else {
            assertArrayEquals(tensor.bytes(), back.bytes());
        }
    }

    @Test
    void bigEndianFortranFilesOfEverySizeAgreeWithTheirLittleEndianTwins() {
        var data = new byte[] {0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4};
        var tensor = read(npy("{'descr':'>i4','fortran_order':True,'shape':(2,2)}", data), x(ElementType.INT32, 2, 2));
        assertArrayEquals(new int[] {1, 3, 2, 4}, tensor.segment().toArray(JAVA_INT));
    }
}
