package dev.gpux.cli.bench;

import java.math.BigDecimal;
import java.util.OptionalDouble;

/**
 * One thing to measure.
 *
 * @param provider who runs the model
 * @param concurrency how many threads run it at the same time
 * @param batch inputs in one run
 * @param rate runs a second that are asked for, however long they take (open loop); without it each thread's next run
 *     begins when its last one ends (closed loop)
 */
record BenchCase(String provider, int concurrency, int batch, OptionalDouble rate) {
    @Override
    public String toString() {
        return provider + (batch == 1 ? "" : ", batch " + batch) + (concurrency == 1 ? "" : ", " + concurrency
            + " at a time") + (rate.isEmpty() ? "" : ", "
            + BigDecimal.valueOf(rate.getAsDouble()).stripTrailingZeros().toPlainString() + " a second");
    }
}
