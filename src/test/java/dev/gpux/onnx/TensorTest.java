package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elements in every place where ONNX allows them. */
class TensorTest {
    /** A tensor as a file has it, its element fields written by hand. */
    private static Tensor read(OnnxDataType type, List<Long> dims, Consumer<ProtoWriter> fields) {
        var writer = new ProtoWriter();
        writer.message(7, () -> writer.message(5, () -> {
            fields.accept(writer);
            dims.forEach(dim -> writer.varintField(1, dim));
            writer.number(2, type.number());
        }));
        return OnnxModel.parse(MemorySegment.ofArray(writer.toBytes())).graph().initializers().getFirst();
    }

    private static Consumer<ProtoWriter> varints(int field, boolean packed, long... values) {
        return writer -> {
            if (packed) {
                writer.message(field, () -> {
                    for (long value : values) {
                        writer.varint(value);
                    }
                });
            } else {
                for (long value : values) {
                    writer.varintField(field, value);
                }
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "INT32,    5, '1,-2',         01000000feffffff",
        "INT16,    5, '1,-2',         0100feff",
        "UINT16,   5, '1,65535',      0100ffff",
        "INT8,     5, '1,-2',         01fe",
        "BOOL,     5, '1,0',          0100",
        "FLOAT16,  5, '15360,48128',  003c00bc",
        "BFLOAT16, 5, '16256,0',      803f0000",
        "FLOAT8E5M2, 5, '60,188',     3cbc",
        "INT64,    7, '1,-2',         0100000000000000feffffffffffffff",
        "UINT32,  11, '1,4294967295', 01000000ffffffff",
        "UINT64,  11, '1,-1',         0100000000000000ffffffffffffffff",
        "UINT4,    5, '33',           21",
        "FLOAT6E2M3, 5, '1,63',       c10f",
    })
    void integersPackedOrNot(OnnxDataType type, int field, String values, String expected) {
        var numbers = List.of(values.split(",")).stream().mapToLong(Long::parseLong).toArray();
        var packed = read(type, List.of(2L), varints(field, true, numbers));
        var unpacked = read(type, List.of(2L), varints(field, false, numbers));
        assertEquals(expected, hex(packed.bytes()));
        assertEquals(expected, hex(unpacked.bytes()));
        assertEquals(packed, unpacked);
        assertTrue(packed.bytes().isReadOnly());
    }

    @Test
    void floatsPackedInOneOrTwoPiecesOrNot() {
        Consumer<ProtoWriter> piece = w -> w.message(4, () -> w.fixed(Float.floatToRawIntBits(1.5f), 4));
        Consumer<ProtoWriter> single = w -> w.float32(4, 1.5f);
        var expected = "0000c03f0000c03f";
        assertEquals(expected, hex(read(OnnxDataType.FLOAT, List.of(2L), piece.andThen(piece)).bytes()));
        assertEquals(expected, hex(read(OnnxDataType.FLOAT, List.of(2L), single.andThen(single)).bytes()));
        assertEquals(expected, hex(read(OnnxDataType.FLOAT, List.of(2L), piece.andThen(single)).bytes()));
        assertEquals(expected, hex(read(OnnxDataType.COMPLEX64, List.of(), single.andThen(single)).bytes()));
        assertEquals(expected, hex(read(OnnxDataType.FLOAT, List.of(2L), w -> w.message(4, () -> {
            w.fixed(Float.floatToRawIntBits(1.5f), 4);
            w.fixed(Float.floatToRawIntBits(1.5f), 4);
        })).bytes()));
    }

    @Test
    void doubles() {
        var pi = read(OnnxDataType.DOUBLE, List.of(), w -> w.message(10,
            () -> w.fixed(Double.doubleToRawLongBits(Math.PI), 8)));
        assertEquals(Tensor.ofDoubles("", new long[0], Math.PI).bytes().mismatch(pi.bytes()), -1);
    }

    @Test
    void strings() {
        var tensor = Tensor.ofStrings("s", new long[] {2, 1}, "ä", "");
        assertEquals(List.of(Bytes.of("ä"), Bytes.of("")), tensor.strings());
        assertThrows(OnnxFormatException.class, tensor::bytes);
        assertThrows(OnnxFormatException.class, Tensor.ofStrings("s", new long[] {3}, "a")::strings);
        assertThrows(OnnxFormatException.class, Tensor.ofInts("i", new long[] {1}, 1)::strings);
    }

    @Test
    void elementsThatDoNotFitTheShape() {
        var message = assertThrows(OnnxFormatException.class,
            () -> Tensor.ofFloats("w", new long[] {2, 3}, 1f, 2f).bytes()).getMessage();
        assertEquals("w float32[2,3] needs 24 bytes, raw_data has 8", message);
        assertThrows(OnnxFormatException.class, read(OnnxDataType.INT32, List.of(3L), varints(5, true, 1, 2))::bytes);
        assertThrows(OnnxFormatException.class, read(OnnxDataType.INT32, List.of(2L), varints(7, true, 1, 2))::bytes);
        assertThrows(OnnxFormatException.class, read(OnnxDataType.INT32, List.of(1L), _ -> { })::bytes);
        assertEquals(0, read(OnnxDataType.INT32, List.of(0L), _ -> { }).bytes().byteSize());
        assertThrows(OnnxFormatException.class,
            () -> read(OnnxDataType.FLOAT, List.of(1L), w -> w.message(4, () -> w.fixed(1, 3))).bytes());
    }

    @Test
    void countsOfAbsurdShapes() {
        assertEquals(OptionalLong.of(1), Tensor.ofInts("", new long[0], 1).elementCount());
        assertEquals(OptionalLong.of(0), Tensor.ofInts("", new long[] {Long.MAX_VALUE, 0, Long.MAX_VALUE})
            .elementCount());
        assertEquals(OptionalLong.empty(), Tensor.ofInts("", new long[] {-1}).elementCount());
        assertEquals(OptionalLong.empty(), Tensor.ofInts("", new long[] {1L << 32, 1L << 31}).elementCount());
        assertEquals(OptionalLong.of(1L << 62), Tensor.ofInts("", new long[] {1L << 31, 1L << 31}).elementCount());
        assertEquals(OptionalLong.empty(), Tensor.ofInts("", new long[] {1L << 31, 1L << 31}).byteSize());
    }

    @Test
    void valuesOfArrays() {
        assertArrayEquals(new int[] {1, -1},
            Tensor.ofInts("i", new long[] {2}, 1, -1).bytes().toArray(ValueLayout.JAVA_INT_UNALIGNED));
        assertEquals("i int32[2]", Tensor.ofInts("i", new long[] {2}, 1, -1).toString());
    }

    private static String hex(MemorySegment bytes) {
        return HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE));
    }
}
