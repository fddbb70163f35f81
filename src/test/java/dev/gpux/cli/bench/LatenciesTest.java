package dev.gpux.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void percentilesAreThoseOfTheSortedDurations() {
        var random = new Random(7);
        var durations = random.longs(100_003, 0, 40).map(exponent -> random.nextLong(1L << exponent | 1)).toArray();
        var latencies = new Latencies();
        Arrays.stream(durations).forEach(latencies::record);
        Arrays.sort(durations);
        for (double percent : new double[] {0, 1, 25, 50, 90, 95, 99, 99.9, 99.99, 100}) {
            long exact = durations[Math.max(0, (int) Math.ceil(durations.length * percent / 100) - 1)];
            assertEquals(exact, latencies.percentile(percent), exact / 1000.0, percent + " %");
        }
        assertEquals(durations[0], latencies.min());
        assertEquals(durations[durations.length - 1], latencies.max());
        assertEquals(Arrays.stream(durations).average().orElseThrow(), latencies.mean(), 1);
    }

    @Test
    void sumsUp() {
        var one = new Latencies();
        one.record(10);
        var other = new Latencies();
        other.record(30);
        other.record(Long.MAX_VALUE);
        one.add(other);
        assertEquals(3, one.count());
        assertEquals(10, one.min());
        assertEquals(30, one.percentile(50));
        assertEquals((1L << 46) - 1, one.max(), "what takes longer counts as the longest");
    }

    @Test
    void nothingIsZero() {
        var latencies = new Latencies();
        assertEquals(0, latencies.percentile(99));
        assertEquals(0, latencies.min());
        assertEquals(0, latencies.mean());
    }
}
