package dev.gpux.optimize.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Numbers to integers and back, against values worked out by hand. */
class AffineTest {
    @Test
    void symmetricIntegersMeanNumbersOnBothSidesOfZero() {
        var affine = Affine.symmetric(2.54f, 127);
        assertEquals(0.02f, affine.scale(), 1e-9f);
        assertEquals(0, affine.zeroPoint());
        assertEquals(127, affine.quantize(2.54f));
        assertEquals(-127, affine.quantize(-9f));
        assertEquals(0, affine.quantize(0.009f));
        assertEquals(1, affine.quantize(0.011f));
        assertEquals(-0.1f, affine.dequantize(-5), 1e-7f);
    }

    @Test
    void asymmetricIntegersHaveAnExactZero() {
        // (3 - -1) / 255; -1 is 0, and 0 is 1 / 0.015686 = 63.75, so 64.
        var affine = Affine.asymmetric(-1, 3, 0, 255);
        assertEquals(4f / 255, affine.scale(), 1e-9f);
        assertEquals(64, affine.zeroPoint());
        assertEquals(64, affine.quantize(0));
        assertEquals(0, affine.dequantize(64));
        assertEquals(0, affine.quantize(-1));
        assertEquals(255, affine.quantize(3));
        assertEquals(128, affine.quantize(1.004f));
    }

    @Test
    void rangesOnOneSideReachToZero() {
        var affine = Affine.asymmetric(2, 5.1f, 0, 255);
        assertEquals(0, affine.zeroPoint());
        assertEquals(0.02f, affine.scale(), 1e-8f);
        assertEquals(100, affine.quantize(2));
    }

    @Test
    void tiesGoToEven() {
        var affine = new Affine(1, 0, -128, 127);
        assertEquals(0, affine.quantize(0.5f));
        assertEquals(2, affine.quantize(1.5f));
        assertEquals(2, affine.quantize(2.5f));
        assertEquals(-2, affine.quantize(-2.5f));
    }

    @Test
    void zeroesAndExtremesKeepAScaleToDivideBy() {
        assertEquals(1, Affine.symmetric(0, 127).scale());
        assertEquals(1, Affine.asymmetric(0, 0, 0, 255).scale());
        assertEquals(1, Affine.symmetric(Float.MIN_VALUE, 127).scale());
        var wide = Affine.asymmetric(-Float.MAX_VALUE, Float.MAX_VALUE, 0, 255);
        assertTrue(Float.isFinite(wide.scale()) && wide.scale() > 0);
        assertEquals(0, new Affine(1, 0, -127, 127).quantize(Float.NaN));
    }
}
