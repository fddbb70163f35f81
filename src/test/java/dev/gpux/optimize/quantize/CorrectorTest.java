package dev.gpux.optimize.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Errors made good by what comes behind. */
class CorrectorTest {
    @Test
    void anErrorIsMadeGoodByTheRowsBelow() {
        // H = [[1, 1], [1, 1.25]], so H⁻¹ = [[5, -4], [-4, 4]] and U = [[√5, -4/√5], [0, √0.8]].
        float root = (float) Math.sqrt(5);
        var factor = new float[][] {{root, -4 / root}, {0, (float) Math.sqrt(0.8)}};
        var column = new float[] {0.3f, 0.5f};
        var affine = new Affine[1];
        new Corrector(factor).correct(column, 16, _ -> new Affine(1, 0, -8, 7), affine);
        // 0.3 becomes 0, so 0.3 is missing; of it 0.3 / √5 · 4 / √5 = 0.24 goes to the row below.
        assertArrayEquals(new float[] {0.3f, 0.74f}, column, 1e-6f);
        assertEquals(1, affine[0].quantize(column[1]));
    }
}
