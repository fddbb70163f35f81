package dev.gpux.tensorio;

import static dev.gpux.tensorio.Expect.error;
import static dev.gpux.tensorio.Expect.tensor;
import static dev.gpux.tensorio.Expect.x;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxValue;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes are protobuf by hand: field number times 8 plus wire type, from onnx.proto and onnx-data.proto. */
class PbFormatTest {
    private final Arena arena = Arena.ofConfined();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        arena.close();
    }

    private Value read(String hex, ValueInfo expected) {
        try {
            var file = Files.write(folder.resolve("a.pb"), HexFormat.of().parseHex(hex.replace(" ", "")));
            return TensorFiles.read(arena, file, expected);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Tensor readTensor(String hex, ElementType type, Object... dimensions) {
        return (Tensor) read(hex, x(type, dimensions));
    }

    @Test
    void readsRawAndTypedFields() {
        // dims 2, data_type float, raw_data
        assertArrayEquals(new float[] {1, 2},
            readTensor("0802 1001 4a08 0000803f 00000040", ElementType.FLOAT32, "N").floats());
        // dims packed, float_data packed
        assertArrayEquals(new float[] {1, 2},
            readTensor("0a0102 1001 2208 0000803f 00000040", ElementType.FLOAT32, 2).floats());
        // int32_data holds uint8, int8, bool, float16, bfloat16
        assertArrayEquals(new byte[] {-56, 1}, readTensor("0802 1002 2a03 c801 01", ElementType.UINT8, 2).bytes());
        assertArrayEquals(new byte[] {-1},
            readTensor("0801 1003 28ffffffffffffffffff01", ElementType.INT8, 1).bytes());
        assertArrayEquals(new byte[] {1, 0}, readTensor("0802 1009 2a02 0100", ElementType.BOOL, 2).bytes());
        assertArrayEquals(new float[] {1, -2},
            readTensor("0802 100a 2a05 8078 808003", ElementType.FLOAT16, 2).floats());
        assertArrayEquals(new float[] {1}, readTensor("0801 1010 2a02 807f", ElementType.BFLOAT16, 1).floats());
        assertArrayEquals(new float[] {1}, readTensor("0801 1004 4a02 803f", ElementType.BFLOAT16, 1).floats());
        // int64_data, uint64_data, double_data
        assertArrayEquals(new long[] {-1},
            readTensor("0801 1007 38ffffffffffffffffff01", ElementType.INT64, 1).longs());
        assertArrayEquals(new long[] {5}, readTensor("0801 100d 5805", ElementType.UINT64, 1).longs());
        assertArrayEquals(new int[] {5}, readTensor("0801 100c 5805", ElementType.UINT32, 1).ints());
        assertArrayEquals(new double[] {1},
            readTensor("0801 100b 51000000000000f03f", ElementType.FLOAT64, 1).doubles());
        // string_data
        assertEquals(List.of("hi", "ü"),
            readTensor("0802 1008 3202 6869 3202 c3bc", ElementType.STRING, "N").strings());
        // a scalar
        assertEquals(Shape.SCALAR, readTensor("1006 2807", ElementType.INT32).shape());
        // int4, two a byte: -8, 7, -1
        assertArrayEquals(new byte[] {0x78, 0x0F}, readTensor("0803 1016 4a02 780f", ElementType.INT4, 3).bytes());
        assertArrayEquals(new byte[] {0x78, 0x0F}, readTensor("0803 1016 2a02 780f", ElementType.INT4, 3).bytes());
        // no elements
        assertEquals(Shape.of(0), readTensor("0800 1001", ElementType.FLOAT32, "N").shape());
        // widened
        assertArrayEquals(new long[] {7}, readTensor("0801 1006 2807", ElementType.INT64, 1).longs());
    }

    @Test
    void refusesWhatDoesNotFit() {
        error(() -> readTensor("0802 1001 4a08 0000803f 00000040", ElementType.FLOAT32, 3), "a.pb", "float32[2]",
            "instead of 3");
        error(() -> readTensor("0802 1001 4a08 0000803f 00000040", ElementType.INT64, 2), "float32[2]", "int64[2]");
        error(() -> readTensor("0801 101b 4a01 00", ElementType.INT8, 1), "float6e2m3[1]");
        error(() -> readTensor("0801 107f 4a01 00", ElementType.INT8, 1), "type#127[1]");
        error(() -> readTensor("0802 1001 4a04 0000803f", ElementType.FLOAT32, 2), "needs 8 bytes");
        error(() -> readTensor("0801 1009 4a01 02", ElementType.BOOL, 1), "2 is not a bool");
        error(() -> readTensor("08ffffffffffffffffff01 1001", ElementType.FLOAT32, "N"), "negative");
        error(() -> readTensor("0802 1001 4a08 0000", ElementType.FLOAT32, 2), "truncated");
        error(() -> readTensor("0801 1008 3201 ff", ElementType.STRING, 1), "UTF-8");
        error(() -> readTensor("7b226122", ElementType.FLOAT32, 1), "not the ONNX protobuf file of a float32[1]");
        error(() -> readTensor("", ElementType.FLOAT32, 1), "undefined[]");
        error(() -> readTensor("08808080808080808040 1001 4a00", ElementType.FLOAT32, "N"), "64 bits");
        // external data have no folder here
        error(() -> readTensor("0801 1001 6a0a 0a086c6f636174696f 7001", ElementType.FLOAT32, 1), "a.pb");
    }

    @Test
    void readsSequencesMapsAndOptionals() {
        var one = "0801 1007 3807".replace(" ", "");
        var sequence = new ValueInfo("x", new ValueType.SequenceType(tensor(ElementType.INT64, "N")));
        // elem_type tensor, two tensor_values
        var value = (SequenceValue) read("1001 1a06" + one + "1a06" + one, sequence);
        assertArrayEquals(new long[] {7}, ((Tensor) value.elements().get(1)).longs());
        assertEquals(List.of(), ((SequenceValue) read("1001", sequence)).elements());
        error(() -> read("1001 1a06" + one + "3200", sequence), "elements of two kinds");
        error(() -> read("1001 1a06 0801 1006 2807", sequence("x", ElementType.FLOAT32)), "element 0", "int32[1]");

        var map = new ValueInfo("x", new ValueType.MapType(ElementType.INT64, tensor(ElementType.FLOAT32)));
        // key_type int64, keys 5, 6; values: a sequence of two scalars
        var scalars = "2a14 1001 1a07 1001 25 0000803f 1a07 1001 25 00000040";
        var numbers = (MapValue) read("1007 1805 1806" + scalars, map);
        assertArrayEquals(new long[] {5, 6}, numbers.keys().longs());
        assertArrayEquals(new float[] {1, 2}, numbers.values().floats());
        var words = new ValueInfo("x", new ValueType.MapType(ElementType.STRING, tensor(ElementType.FLOAT32)));
        assertEquals(List.of("a", "b"), ((MapValue) read("1008 2201 61 2201 62" + scalars, words)).keys().strings());
        error(() -> read("1007 1805" + scalars, map), "1 integer keys", "2 values");
        error(() -> read("1007 1805 1806" + scalars, words), "other keys");

        var optional = new ValueInfo("x", new ValueType.OptionalType(tensor(ElementType.INT64, "N")));
        assertArrayEquals(new long[] {7}, ((Tensor) read("1001 1a06" + one, optional)).longs());
        assertSame(OptionalValue.EMPTY, read("", optional));
        error(() -> read("1003 2a00", optional), "SequenceValue");
    }

    private static ValueInfo sequence(String name, ElementType type) {
        return new ValueInfo(name, new ValueType.SequenceType(tensor(type, "N")));
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void readsBackEveryTypeItWrites(ElementType type) throws IOException {
        Expect.assumeSupported(type);
        Tensor tensor;
        if (type == ElementType.STRING) {
            tensor = Tensor.ofStrings(arena, List.of("a", "ö😀", ""), 3, 1);
        } else {
            tensor = Tensor.allocate(arena, type, 3, 8);
            for (long i = 0; i < tensor.segment().byteSize(); i++) {
                tensor.segment().set(JAVA_BYTE, i, (byte) (type == ElementType.BOOL ? i % 2 : i * 37 + 5));
            }
        }
        var file = folder.resolve("out.pb");
        TensorFiles.write(file, Map.of("x", tensor));
        var back = (Tensor) TensorFiles.read(arena, file, x(type, 3, "N"));
        assertEquals(tensor.shape(), back.shape());
        if (type == ElementType.STRING) {
            assertEquals(tensor.strings(), back.strings());
        } else {
            assertArrayEquals(tensor.bytes(), back.bytes());
        }
        try (var mapped = Arena.ofConfined()) {
            var message = OnnxValue.readTensor(MappedFile.open(mapped, file)).tensor();
            assertEquals("x", message.name());
            assertEquals(type.onnx(), message.dataType());
        }
    }

    @Test
    void readsBackSequencesAndMaps() throws IOException {
        var file = folder.resolve("out.pb");
        var keys = Tensor.ofStrings(arena, List.of("a", "b"), 2);
        var map = MapValue.of(arena, keys, Tensor.of(arena, new float[] {1, 2}, 2));
        var type = new ValueType.SequenceType(new ValueType.MapType(ElementType.STRING, tensor(ElementType.FLOAT32)));
        TensorFiles.write(file, Map.of("x", SequenceValue.of(arena, List.of(map, map))));
        var back = (SequenceValue) TensorFiles.read(arena, file, new ValueInfo("x", type));
        assertEquals(List.of("a", "b"), ((MapValue) back.elements().get(1)).keys().strings());
        assertArrayEquals(new float[] {1, 2}, ((MapValue) back.elements().get(1)).values().floats());

        TensorFiles.write(file, Map.of("x", OptionalValue.EMPTY));
        assertSame(OptionalValue.EMPTY,
            TensorFiles.read(arena, file, new ValueInfo("x", new ValueType.OptionalType(tensor(ElementType.INT8)))));
        var longs = MapValue.of(arena, Tensor.of(arena, new long[] {-5}, 1), Tensor.ofStrings(arena, List.of("v"), 1));
        TensorFiles.write(file, Map.of("x", longs));
        var text = (MapValue) TensorFiles.read(arena, file,
            new ValueInfo("x", new ValueType.MapType(ElementType.INT64, tensor(ElementType.STRING))));
        assertArrayEquals(new long[] {-5}, text.keys().longs());
        assertEquals(List.of("v"), text.values().strings());
    }

    /** raw_data lie in the file at any offset: mapped in place where that happens to be aligned, else copied. */
    @Test
    void mapsRawDataThatIsAligned() throws IOException {
        int mapped = 0;
        for (int length = 0; length <= 4; length++) {
            var message = dev.gpux.onnx.Tensor.of("n".repeat(length), OnnxDataType.FLOAT, new long[] {1},
                MemorySegment.ofArray(new byte[] {0, 0, (byte) 0x80, 0x3F}));
            var bytes = new ByteArrayOutputStream();
            OnnxWriter.write(new OnnxValue.TensorValue(message), Channels.newChannel(bytes));
            var file = Files.write(folder.resolve(length + ".pb"), bytes.toByteArray());
            var tensor = (Tensor) TensorFiles.read(arena, file, x(ElementType.FLOAT32, 1));
            assertArrayEquals(new float[] {1}, tensor.floats());
            mapped += tensor.segment().isMapped() ? 1 : 0;
        }
        assertEquals(1, mapped);
    }

    @Test
    void namesTheFileThatIsNoProtobuf() throws IOException {
        var file = Files.write(folder.resolve("page.pb"), "<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII));
        error(() -> TensorFiles.read(arena, file, x(ElementType.FLOAT32)), "page.pb: this is not the ONNX protobuf");
    }
}
