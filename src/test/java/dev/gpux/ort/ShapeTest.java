package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShapeTest {

    @Test
    void countsElements() {
        assertEquals(1, Shape.of().elements());
        assertSame(Shape.SCALAR, Shape.of());
        assertEquals(24, Shape.of(2, 3, 4).elements());
        assertEquals(0, Shape.of(2, 0, 4).elements());
        assertEquals(Long.MAX_VALUE, Shape.of(Long.MAX_VALUE).elements());
        assertEquals(3, Shape.of(2, 3, 4).size(1));
        assertEquals(3, Shape.of(2, 3, 4).rank());
    }

    @Test
    void refusesWhatIsNoShape() {
        assertThrows(TensorException.class, () -> Shape.of(-1));
        assertThrows(TensorException.class, () -> Shape.of(2, Long.MIN_VALUE));
        assertThrows(TensorException.class, () -> Shape.of(1L << 32, 1L << 31));
        assertThrows(TensorException.class, () -> Shape.of(1L << 32, 1L << 32));
        assertThrows(TensorException.class, () -> Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        // 2^64 elements, whose low 64 bits are zero.
        assertThrows(TensorException.class, () -> Shape.of(1L << 62, 4));
        var many = new long[100_000];
        Arrays.fill(many, 10);
        assertTrue(assertThrows(TensorException.class, () -> Shape.of(many)).getMessage().length() < 300);
        many[99_999] = -1;
        many[0] = 0;
        assertTrue(assertThrows(TensorException.class, () -> Shape.of(many)).getMessage().length() < 300);
    }

    @Test
    void isAValue() {
        long[] sizes = {2, 3};
        var shape = Shape.of(sizes);
        sizes[0] = 7;
        shape.toArray()[1] = 7;
        assertArrayEquals(new long[] {2, 3}, shape.toArray());
        assertEquals(Shape.of(2, 3), shape);
        assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
        assertNotEquals(Shape.of(3, 2), shape);
        assertEquals("[2, 3]", shape.toString());
        assertEquals("[]", Shape.SCALAR.toString());
        var long32 = new long[32];
        assertEquals(Arrays.toString(long32), Shape.of(long32).toString());
        assertEquals(Arrays.toString(long32).replace("]", ", …] of 10000 dimensions"), Shape.of(new long[10_000]).toString());
    }

    @Test
    void fitsADeclaredType() {
        var type = new ValueType.TensorType(ElementType.FLOAT32,
            List.of(Dimension.symbolic("batch"), Dimension.fixed(3), Dimension.UNKNOWN));
        assertTrue(type.accepts(ElementType.FLOAT32, Shape.of(9, 3, 0)));
        assertFalse(type.accepts(ElementType.FLOAT32, Shape.of(9, 4, 0)));
        assertFalse(type.accepts(ElementType.FLOAT32, Shape.of(9, 3)));
        assertFalse(type.accepts(ElementType.FLOAT64, Shape.of(9, 3, 0)));
        assertEquals(Optional.empty(), type.fixedShape());
        assertEquals("float32[batch, 3, ?]", type.toString());
        var fixed = new ValueType.TensorType(ElementType.INT8, List.of(Dimension.fixed(2), Dimension.fixed(0)));
        assertEquals(Optional.of(Shape.of(2, 0)), fixed.fixedShape());
    }
}
