package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.optimize.calibrate.Histogram;
import dev.gpux.optimize.calibrate.RangeMethod;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranges of values that were seen. */
class CalibrationTest {
    private static Histogram seen(float... values) {
        var histogram = new Histogram();
        for (float value : values) {
            histogram.add(value);
        }
        return histogram;
    }

    @Test
    void minAndMaxCoverAllThatWasSeenAndZero() {
        var range = RangeMethod.MIN_MAX.range(seen(0.5f, -2, 7, Float.NaN, Float.POSITIVE_INFINITY));
        assertEquals(-2, range.min());
        assertEquals(7, range.max());
        var above = RangeMethod.MIN_MAX.range(seen(3, 4));
        assertEquals(0, above.min());
        assertEquals(4, above.max());
        assertEquals(0, RangeMethod.MIN_MAX.range(seen()).max());
    }

    @Test
    void percentilesLeaveOutTheOutermost() {
        var histogram = new Histogram();
        for (int i = 0; i < 100_000; i++) {
            histogram.add(i / 100_000f);
        }
        histogram.add(1000);
        histogram.add(-500);
        var range = RangeMethod.PERCENTILE.range(histogram);
        assertTrue(range.max() >= 0.99 && range.max() < 2, range::toString);
        assertTrue(range.min() > -1, range::toString);
    }

    @Test
    void entropyCutsOffLongTailsAndKeepsEvenDistributions() {
        var random = new Random(3);
        var tailed = new Histogram();
        var even = new Histogram();
        for (int i = 0; i < 100_000; i++) {
            tailed.add((float) random.nextGaussian());
            even.add(random.nextFloat());
        }
        tailed.add(400);
        var cut = RangeMethod.ENTROPY.range(tailed);
        assertTrue(cut.max() > 2 && cut.max() < 100, cut::toString);
        var whole = RangeMethod.ENTROPY.range(even);
        assertTrue(whole.max() > 0.9 && whole.max() <= 1, whole::toString);
        assertEquals(0, whole.min());
    }

    @Test
    void binsGrowWithWhatTheyHold() {
        var histogram = seen(1e-3f, 1, 1000);
        assertEquals(3, histogram.count());
        assertEquals(1000, histogram.max());
        assertEquals(1000, RangeMethod.MIN_MAX.range(histogram).max());
    }
}
