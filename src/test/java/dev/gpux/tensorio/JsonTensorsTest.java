package dev.gpux.tensorio;

import static dev.gpux.tensorio.Expect.error;
import static dev.gpux.tensorio.Expect.tensor;
import static dev.gpux.tensorio.Expect.x;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Float16;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonTensorsTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private Tensor parse(String json, ElementType type, Object... dimensions) {
        return (Tensor) JsonTensors.parse(arena, json, x(type, dimensions));
    }

    private static String json(Value value) {
        var text = new StringWriter();
        try (var generator = JsonTensors.factory().createGenerator(text)) {
            JsonTensors.write(generator, value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return text.toString();
    }

    @Test
    void takesTheDtypeOfTheModel() {
        assertArrayEquals(new float[] {1, 2, 3}, parse("[[1,2,3]]", ElementType.FLOAT32, "N", 3).floats());
        assertArrayEquals(new double[] {0.1, 1e300}, parse("[0.1, 1e300]", ElementType.FLOAT64, 2).doubles());
        assertArrayEquals(new long[] {1, 2, 3}, parse("[1, 2.0, 3e0]", ElementType.INT64, "N").longs());
        assertArrayEquals(new int[] {1, -2}, parse("[1, -2]", ElementType.INT32, 2).ints());
        assertArrayEquals(new byte[] {-1, 0}, parse("[255, 0]", ElementType.UINT8, 2).bytes());
        assertArrayEquals(new byte[] {-128, 127}, parse("[-128, 127]", ElementType.INT8, 2).bytes());
        assertArrayEquals(new short[] {-1, 7},
            parse("[65535, 7]", ElementType.UINT16, 2).segment().toArray(JAVA_SHORT));
        assertArrayEquals(new byte[] {1, 0, 1, 0}, parse("[true, false, 1, 0]", ElementType.BOOL, 4).bytes());
        assertEquals(List.of("a\"b", "grün 😀"),
            parse("[\"a\\\"b\", \"gr\\u00fcn \\ud83d\\ude00\"]", ElementType.STRING, 2).strings());
        assertArrayEquals(new byte[] {0x78, 0x0F}, parse("[-8, 7, -1]", ElementType.INT4, 3).bytes());
    }

    @Test
    void keepsIntegersExact() {
        assertArrayEquals(new long[] {9007199254740993L, Long.MIN_VALUE, Long.MAX_VALUE},
            parse("[9007199254740993, -9223372036854775808, 9223372036854775807]", ElementType.INT64, 3).longs());
        assertArrayEquals(new long[] {-1, 9007199254740993L},
            parse("[18446744073709551615, 9007199254740993]", ElementType.UINT64, 2).longs());
        assertArrayEquals(new long[] {9007199254740993L},
            parse("[9007199254740993.0]", ElementType.INT64, 1).longs());
    }

    @Test
    void roundsFloatsOnceToTheNearest() {
        // Halfway between two floats plus a little: through a double this would round down to 1.
        assertEquals(Math.nextUp(1f),
            parse("1.000000059604644775390625000000000000000000001", ElementType.FLOAT32).floats()[0]);
        // The same for float16, where the way through float32 would round to even.
        assertEquals(1f + 0x1p-10f, parse("1.00048828126", ElementType.FLOAT16).floats()[0]);
        assertEquals(1f, parse("1.00048828125", ElementType.FLOAT16).floats()[0]);
        assertEquals(1f + 0x1p-10f, parse("1.0004882812500000001e0", ElementType.FLOAT16).floats()[0], 0x1p-10f);
        assertEquals(1f + 0x1p-7f, parse("1.00390625000001", ElementType.BFLOAT16).floats()[0]);
        assertEquals(65504f, parse("65519.9", ElementType.FLOAT16).floats()[0]);
        assertEquals(Float.MIN_VALUE, parse("1e-45", ElementType.FLOAT32).floats()[0]);
        assertEquals(0x1p-24f, parse("6e-8", ElementType.FLOAT16).floats()[0]);
        assertEquals(16777216f, parse("16777217", ElementType.FLOAT32).floats()[0]);
    }

    @Test
    void takesNaNAndInfinitiesAsWordsAndAsText() {
        var expected = new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN,
            Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        var text = "[NaN, Infinity, -Infinity, \"NaN\", \"Infinity\", \"-Infinity\"]";
        assertArrayEquals(expected, parse(text, ElementType.FLOAT32, 6).floats());
        assertArrayEquals(expected, parse(text, ElementType.FLOAT16, 6).floats());
        assertArrayEquals(expected, parse(text, ElementType.BFLOAT16, 6).floats());
        assertTrue(Double.isNaN(parse("NaN", ElementType.FLOAT64).doubles()[0]));
        error(() -> parse("[NaN]", ElementType.INT32, 1), "an integer was expected", "NaN");
        error(() -> parse("[\"NaN\"]", ElementType.INT32, 1), "an integer was expected", "\"NaN\"");
        error(() -> parse("[Infinity]", ElementType.UINT64, 1), "an integer was expected", "Infinity");
        error(() -> parse("[\"one\"]", ElementType.FLOAT32, 1), "a number was expected", "the text \"one\"");
    }

    @Test
    void refusesWhatDoesNotFit() {
        error(() -> parse("[[1, 2],\n [3, 300]]", ElementType.UINT8, 2, 2), "line 2, column 6, at [1][1]",
            "300 does not fit uint8 (0 to 255)");
        error(() -> parse("[-1]", ElementType.UINT8, 1), "-1 does not fit uint8");
        error(() -> parse("[128]", ElementType.INT8, 1), "128 does not fit int8 (-128 to 127)");
        error(() -> parse("[4294967296]", ElementType.UINT32, 1), "uint32 (0 to 4294967295)");
        error(() -> parse("[9223372036854775808]", ElementType.INT64, 1), "int64");
        error(() -> parse("[18446744073709551616]", ElementType.UINT64, 1), "(0 to 18446744073709551615)");
        error(() -> parse("[-1]", ElementType.UINT64, 1), "-1 does not fit uint64");
        error(() -> parse("[1.5]", ElementType.INT64, 1), "1.5 is not an integer", "int64");
        error(() -> parse("[1e30]", ElementType.INT64, 1), "1e30 does not fit int64");
        error(() -> parse("[1e999999999]", ElementType.INT64, 1), "does not fit int64");
        error(() -> parse("[1e99999999999]", ElementType.INT64, 1), "does not fit int64");
        error(() -> parse("[1e39]", ElementType.FLOAT32, 1), "1e39 does not fit float32", "write Infinity");
        error(() -> parse("[-3.5e38]", ElementType.FLOAT32, 1), "does not fit float32");
        error(() -> parse("[1e309]", ElementType.FLOAT64, 1), "does not fit float64");
        error(() -> parse("[65520]", ElementType.FLOAT16, 1), "65520 does not fit float16 (up to 65504.0)");
        error(() -> parse("[3.4e38]", ElementType.BFLOAT16, 1), "bfloat16");
        error(() -> parse("[2]", ElementType.BOOL, 1), "true or false", "found 2");
        error(() -> parse("[\"true\"]", ElementType.BOOL, 1), "true or false");
        error(() -> parse("[true]", ElementType.FLOAT32, 1), "a number was expected", "found true");
        error(() -> parse("[null]", ElementType.FLOAT32, 1), "a number was expected", "found null");
        error(() -> parse("[1, null]", ElementType.INT32, 2), "an integer was expected", "found null");
        error(() -> parse("[1]", ElementType.STRING, 1), "text in quotes was expected", "found 1");
        error(() -> parse("[\"a\\u0000b\"]", ElementType.STRING, 1), "NUL");
        error(() -> parse("[\"\\ud800\"]", ElementType.STRING, 1), "surrogate");
        error(() -> parse("[8]", ElementType.INT4, 1), "int4 (-8 to 7)");
        error(() -> parse("[464]", ElementType.FLOAT8E4M3FN, 1), "464", "float8e4m3fn");
        error(() -> parse("[" + "1".repeat(2000) + "]", ElementType.FLOAT64, 1), "line 1, column",
            "Number value length");
    }

    @Test
    void refusesWrongRanksAndSizesWhereTheyHappen() {
        error(() -> parse("[1, 2, 3]", ElementType.FLOAT32, "N", 3), "line 1, column 2, at [0]", "float32[N, 3]",
            "2 levels of brackets", "[[…]]");
        error(() -> parse("5", ElementType.FLOAT32, 1), "0 levels of brackets", "[…]");
        error(() -> parse("[[[1]]]", ElementType.FLOAT32, "N", 3), "one array too deep", "at [0][0]");
        error(() -> parse("[[1, 2]]", ElementType.FLOAT32, "N", 3), "at [0]", "2 elements here", "dimension 1",
            "is 3");
        error(() -> parse("[[1, 2, 3, 4]]", ElementType.FLOAT32, "N", 3), "column 12, at [0][3]",
            "more than 3 elements");
        error(() -> parse("[[1, 2], [3]]", ElementType.FLOAT32, "N", "M"), "column 12, at [1]", "ragged",
            "1 element here, 2 in the arrays before");
        error(() -> parse("[[1], 2]", ElementType.FLOAT32), "ragged", "found 2".substring(6), "at [1]");
        error(() -> parse("[1, [2]]", ElementType.FLOAT32), "ragged", "at [1]");
        error(() -> parse("[[], 2]", ElementType.FLOAT32), "ragged");
        error(() -> parse("[[], [1]]", ElementType.FLOAT32), "ragged");
        error(() -> parse("[1]", ElementType.COMPLEX64, 1), "no tensors of complex numbers");
        error(() -> parse("[".repeat(100) + "]".repeat(100), ElementType.FLOAT32), "64 dimensions");
    }

    @Test
    void infersShapes() {
        assertEquals(Shape.SCALAR, parse("7", ElementType.INT32).shape());
        assertEquals(Shape.of(2, 1, 3), parse("[[[1,2,3]],[[4,5,6]]]", ElementType.INT32).shape());
        assertEquals(Shape.of(0, 3), parse("[]", ElementType.INT32, "N", 3).shape());
        assertEquals(Shape.of(2, 0), parse("[[],[]]", ElementType.INT32, "N", "M").shape());
        assertEquals(Shape.of(2, 0), parse("[[],[]]", ElementType.INT32).shape());
    }

    @Test
    void readsTensorObjects() {
        var nested = parse("{\"data\": [[1, 2]]}", ElementType.FLOAT32, "N", 2);
        assertEquals(Shape.of(1, 2), nested.shape());
        var flat = parse("{\"dtype\": \"float32\", \"data\": [1, 2, 3, 4], \"shape\": [2, 2]}",
            ElementType.FLOAT32, "N", 2);
        assertEquals(Shape.of(2, 2), flat.shape());
        assertArrayEquals(new float[] {1, 2, 3, 4}, flat.floats());
        assertEquals(Shape.of(3, 2), parse("{\"data\": [1,2,3,4,5,6]}", ElementType.INT8, "N", 2).shape());
        assertEquals(Shape.SCALAR, parse("{\"shape\": [], \"data\": [5]}", ElementType.INT8).shape());
        error(() -> parse("{\"shape\": [2]}", ElementType.INT8, "N"), "needs the key data");
        error(() -> parse("{}", ElementType.INT8, "N"), "needs the key data");
        error(() -> parse("{\"data\": [1], \"dat\": 1}", ElementType.INT8, "N"), "dtype, shape and data", ".dat");
        error(() -> parse("{\"shape\": [2, 2], \"data\": [1, 2, 3]}", ElementType.INT8, "N", 2), "4 elements",
            "data has 3");
        error(() -> parse("{\"shape\": [2, 1], \"data\": [[1, 2]]}", ElementType.INT8, "N", "M"), "nested as [1, 2]");
        error(() -> parse("{\"shape\": [1, 3], \"data\": [1, 2, 3]}", ElementType.INT8, "N", 2), "instead of 2");
        error(() -> parse("{\"data\": [1, 2, 3]}", ElementType.INT8, "N", 2), "multiple of 2");
        error(() -> parse("{\"data\": [1, 2]}", ElementType.INT8, "N", "M"), "give the shape");
        error(() -> parse("{\"shape\": [-1, 2], \"data\": [1, 2]}", ElementType.INT8, "N", 2), "negative");
        error(() -> parse("{\"dtype\": \"float64\", \"data\": [1]}", ElementType.FLOAT32, 1), "float64", "float32[1]");
        error(() -> parse("{\"dtype\": \"float99\", \"data\": [1]}", ElementType.FLOAT32, 1), "name of a dtype");
        error(() -> parse("{\"data\": [1], \"data\": [1]}", ElementType.FLOAT32, 1), "Duplicate");
        assertArrayEquals(new long[] {1},
            parse("{\"dtype\": \"int32\", \"data\": [1]}", ElementType.INT64, 1).longs());
    }

    @Test
    void saysWhereBrokenJsonIsBroken() {
        error(() -> parse("[1, 2", ElementType.INT32, 2), "line 1, column 6", "ends too early");
        error(() -> parse("[1, }", ElementType.INT32, 2), "line 1, column 5", "broken JSON", "'}'");
        error(() -> parse("[1,\n 2 3]", ElementType.INT32, 2), "line 2, column 4", "broken JSON");
        error(() -> parse("[1] 2", ElementType.INT32, 1), "one value was expected");
        error(() -> parse("", ElementType.INT32), "empty");
        error(() -> parse("hello", ElementType.INT32), "broken JSON", "'hello'");
        error(() -> parse("[01]", ElementType.INT32, 1), "broken JSON");
        error(() -> parse("\"abc", ElementType.STRING), "broken JSON");
    }

    @Test
    void readsSequencesMapsAndOptionals() {
        var sequence = (SequenceValue) JsonTensors.parse(arena, "[[1,2],[3]]",
            new ValueInfo("x", new ValueType.SequenceType(tensor(ElementType.INT64, "N"))));
        assertArrayEquals(new long[] {3}, ((Tensor) sequence.elements().get(1)).longs());
        var map = new ValueType.MapType(ElementType.INT64, tensor(ElementType.FLOAT32));
        var one = (MapValue) JsonTensors.parse(arena, "{\"7\": 0.5, \"-1\": NaN}", new ValueInfo("x", map));
        assertArrayEquals(new long[] {7, -1}, one.keys().longs());
        assertArrayEquals(new float[] {0.5f, Float.NaN}, one.values().floats());
        var words = new ValueType.MapType(ElementType.STRING, tensor(ElementType.FLOAT32));
        var text = "[{\"a\":1.0,\"b\":2.5},{\"c\":3.0}]";
        var maps = JsonTensors.parse(arena, text, new ValueInfo("x", new ValueType.SequenceType(words)));
        assertEquals(text, json(maps));
        var optional = new ValueType.OptionalType(tensor(ElementType.FLOAT32));
        assertSame(OptionalValue.EMPTY, JsonTensors.parse(arena, "null", new ValueInfo("x", optional)));
        assertEquals("null", json(OptionalValue.EMPTY));
        assertArrayEquals(new float[] {2},
            ((Tensor) JsonTensors.parse(arena, "2", new ValueInfo("x", optional))).floats());

        error(() -> JsonTensors.parse(arena, "[]", new ValueInfo("x", new ValueType.SequenceType(words))),
            "without elements");
        assertEquals("[]", json(JsonTensors.parse(arena, "[]",
            new ValueInfo("x", new ValueType.SequenceType(tensor(ElementType.INT64, "N"))))));
        error(() -> JsonTensors.parse(arena, "{\"a\":1}", new ValueInfo("x", new ValueType.SequenceType(words))),
            "an array was expected", "found an object");
        error(() -> JsonTensors.parse(arena, "[[1],[\"a\"]]",
            new ValueInfo("x", new ValueType.SequenceType(tensor(ElementType.INT64, "N")))), "at [1][0]");
        error(() -> JsonTensors.parse(arena, "{\"a\":1}", new ValueInfo("x", map)), "an integer in quotes", ".a");
        error(() -> JsonTensors.parse(arena, "{\"a\":1e99}", new ValueInfo("x", words)), "does not fit", ".a");
    }

    @Test
    void readsNamedInputs() throws IOException {
        var inputs = List.of(x(ElementType.FLOAT32, "N"), new ValueInfo("mask", tensor(ElementType.BOOL, "N")));
        try (var parser = JsonTensors.factory().createParser("{\"mask\":[true],\"x\":[1]} 5")) {
            var values = JsonTensors.readNamed(arena, parser, inputs);
            assertEquals(List.of("mask", "x"), List.copyOf(values.keySet()));
            assertEquals(JsonToken.VALUE_NUMBER_INT, parser.nextToken());
        }
        try (var parser = JsonTensors.factory().createParser("{\"y\":1}")) {
            error(() -> JsonTensors.readNamed(arena, parser, inputs), "at .y", "x, mask");
        }
        try (var parser = JsonTensors.factory().createParser("{\"x\":[1, 2.5e99]}")) {
            error(() -> JsonTensors.readNamed(arena, parser, inputs), "line 1, column 10, at .x[1]", "2.5e99");
        }
    }

    @Test
    void readsDataOfAKnownShape() throws IOException {
        var type = tensor(ElementType.FLOAT32, "N", 2);
        for (var text : List.of("[1,2,3,4]", "[[1,2],[3,4]]")) {
            try (var parser = JsonTensors.factory().createParser(text)) {
                assertArrayEquals(new float[] {1, 2, 3, 4},
                    JsonTensors.readData(arena, parser, "x", type, Shape.of(2, 2)).floats());
            }
        }
        try (var parser = JsonTensors.factory().createParser("[1,2,3]")) {
            error(() -> JsonTensors.readData(arena, parser, "x", type, Shape.of(2, 2)), "data has 3");
            error(() -> JsonTensors.readData(arena, parser, "x", type, Shape.of(2, 3)), "instead of 2");
        }
    }

    @Test
    void writesTheShortestNumbersThatReadBack() {
        assertEquals("{\"dtype\":\"float32\",\"shape\":[2,2],\"data\":[0.1,1.0E-10,\"NaN\",\"-Infinity\"]}",
            json(Tensor.of(arena, new float[] {0.1f, 1e-10f, Float.NaN, Float.NEGATIVE_INFINITY}, 2, 2)));
        assertEquals("{\"dtype\":\"uint64\",\"shape\":[2],\"data\":[18446744073709551615,1]}",
            json(parse("[18446744073709551615, 1]", ElementType.UINT64, 2)));
        assertEquals("{\"dtype\":\"uint8\",\"shape\":[],\"data\":[200]}", json(parse("200", ElementType.UINT8)));
        assertEquals("{\"dtype\":\"bool\",\"shape\":[2],\"data\":[true,false]}",
            json(parse("[1,0]", ElementType.BOOL, 2)));
        assertEquals("{\"dtype\":\"string\",\"shape\":[1],\"data\":[\"a\\\"\\nö\"]}",
            json(Tensor.ofStrings(arena, List.of("a\"\nö"), 1)));
        assertEquals("{\"dtype\":\"float16\",\"shape\":[1],\"data\":[0.099975586]}",
            json(parse("[0.1]", ElementType.FLOAT16, 1)));
        assertEquals(Float16.toFloat16(0.1f), Float16.toFloat16(0.099975586f));
    }

    /** Every bit pattern of 16 bits or less, and many others, survive the way to JSON and back. */
    @ParameterizedTest
    @EnumSource(ElementType.class)
    void readsBackEveryTypeItWrites(ElementType type) {
        Assumptions.assumeTrue(type != ElementType.STRING);
        Expect.assumeSupported(type);
        var random = new Random(7);
        int count = type.bits() == 16 ? 1 << 16 : type.bits() < 16 ? 256 : 10_000;
        var tensor = Tensor.allocate(arena, type, count);
        var bytes = new byte[(int) tensor.segment().byteSize()];
        if (type == ElementType.BOOL) {
            Arrays.fill(bytes, (byte) 1);
        } else if (type.bits() == 16) {
            for (int i = 0; i < count; i++) {
                bytes[2 * i] = (byte) i;
                bytes[2 * i + 1] = (byte) (i >> 8);
            }
        } else if (type.bits() == 8) {
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) i;
            }
        } else {
            random.nextBytes(bytes);
        }
        tensor.segment().copyFrom(MemorySegment.ofArray(bytes));
        var once = (Tensor) JsonTensors.parse(arena, json(tensor), x(type, "N"));
        if (!type.isFloat()) {
            assertArrayEquals(bytes, once.bytes());
        }
        // NaNs lose their payload on the first way, nothing on the second.
        var twice = (Tensor) JsonTensors.parse(arena, json(once), x(type, "N"));
        assertArrayEquals(once.bytes(), twice.bytes());
        assertEquals(json(tensor), json(once));
    }

    @Test
    void growsToManyElements() {
        int count = 200_000;
        var text = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(i);
        }
        var numbers = parse(text.append(']').toString(), ElementType.FLOAT32, "N").floats();
        assertEquals(count, numbers.length);
        for (int i = 0; i < count; i++) {
            assertEquals(i, numbers[i]);
        }
    }
}
