package dev.gpux.tensorio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers that are read without the JSON parser are the ones that it reads. */
class PlainNumbersTest {
    private static final List<ElementType> TYPES =
        List.of(ElementType.FLOAT32, ElementType.FLOAT64, ElementType.INT32, ElementType.INT64);
    private static final List<TensorType> SHAPES = List.of(type(), type(-1), type(3), type(-1, 3), type(2, 2));
    private static final String[] PIECES = {"[", "[", "]", "]", ",", ",", " ", "0", "1", "-7", "2.5", "-0", "-0.0",
        "007", "1.", ".5", "1e3", "3.0", "2147483648", "-2147483648", "999999999999999999", "9223372036854775808",
        "0.1", "16777217", "0.30000001192092896", "null", "true", "\"a\"", "NaN", "\n", "{", "+1", "--1"};

    private static TensorType type(long... sizes) {
        return type(ElementType.FLOAT32, sizes);
    }

    private static TensorType type(ElementType element, long... sizes) {
        return new TensorType(element, Arrays.stream(sizes)
            .mapToObj(size -> size < 0 ? Dimension.UNKNOWN : Dimension.fixed(size)).toList());
    }

    /** Reads {@code json} both ways, and says whether it was plain. */
    private static boolean readsAsTheParser(String json, TensorType type) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var plain = PlainNumbers.read(arena, json, type);
            if (plain.isEmpty()) {
                return false;
            }
            try (var parser = JsonTensors.factory().createParser(json)) {
                var parsed = (Tensor) JsonTensors.read(arena, parser, new ValueInfo("x", type));
                assertEquals(parsed.shape(), plain.get().shape(), json);
                assertEquals(parsed.elementType(), plain.get().elementType(), json);
                assertEquals(-1, parsed.segment().mismatch(plain.get().segment()), json);
                assertEquals(null, parser.nextToken(), json);
            }
            return true;
        }
    }

    @Test
    void whatPeopleTypeIsPlain() throws IOException {
        assertTrue(readsAsTheParser("[[1, 2, 3]]", type(-1, 3)));
        assertTrue(readsAsTheParser(" [ [1,-2.5 ,3.25],\n [0.1,0.2,16777217] ] ", type(-1, 3)));
        assertTrue(readsAsTheParser("5", type()));
        assertTrue(readsAsTheParser("[[101, 2023, 102]]", type(ElementType.INT64, 1, 3)));
        assertTrue(readsAsTheParser("[-2147483648]", type(ElementType.INT32, -1)));
    }

    @Test
    void whatIsNotInOrderIsLeftToTheParser() throws IOException {
        for (var json : new String[] {"", "[]", "[[1, 2], [3]]", "[1, [2]]", "[1, 2", "[1, 2]]", "[1,]", "[1 2]", "01",
            "1.", "-", "1e3", "[true]", "[1] x", "[[1, 2]]", "0".repeat(5000), "[".repeat(100),
            "1234567890123456789"}) {
            assertFalse(readsAsTheParser(json, type(-1)), json);
        }
        assertFalse(readsAsTheParser("[2147483648]", type(ElementType.INT32, -1)));
        assertFalse(readsAsTheParser("[1.0]", type(ElementType.INT32, -1)));
        assertFalse(readsAsTheParser("[1]", type(ElementType.BOOL, -1)));
        assertFalse(readsAsTheParser("[1, 2]", type(3)));
    }

    @Test
    void randomTextsAreReadAsByTheParserOrNotAtAll() throws IOException {
        var random = new Random(5);
        int plain = 0;
        for (int i = 0; i < 20_000; i++) {
            var json = new StringBuilder();
            int depth = random.nextInt(3);
            json.repeat('[', depth);
            for (int n = random.nextInt(1, 9); n > 0; n--) {
                json.append(random.nextInt(4) > 0 ? numbers(random) : PIECES[random.nextInt(PIECES.length)]);
            }
            json.repeat(']', depth);
            var shape = SHAPES.get(random.nextInt(SHAPES.size()));
            var type = new TensorType(TYPES.get(random.nextInt(TYPES.size())), shape.dimensions());
            if (readsAsTheParser(json.toString(), type)) {
                plain++;
            }
        }
        assertTrue(plain > 300, "only " + plain + " were plain");
    }

    private static String numbers(Random random) {
        var decimal = Float.toString((float) random.nextGaussian());
        var text = random.nextBoolean() && !decimal.contains("E") ? decimal : Integer.toString(random.nextInt(-99, 99));
        return random.nextInt(3) > 0 ? text + "," + PIECES[random.nextInt(7, 14)] : text;
    }
}
