package dev.gpux.server.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Whether a few long runs among many short ones, and many among few, are told apart. */
class RunLengthTest {
    private static final long SHORT = 20_000;
    private static final long LONG = 4_000_000;
    private static final long BETWEEN = 200_000;

    private final RunLength length = new RunLength();

    private void add(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            length.add(nanos);
        }
    }

    @Test
    void nothingIsShortBeforeTheFirstRun() {
        assertEquals(Long.MAX_VALUE, length.usualNanos());
    }

    @Test
    void aFirstRunThatWasSlowIsForgotten() {
        add(1, LONG);
        assertEquals(LONG, length.usualNanos());
        add(120, SHORT);
        assertEquals(SHORT, length.usualNanos());
    }

    @Test
    void oneOfTenThatWasInterruptedChangesLittle() {
        add(100, SHORT);
        for (int i = 0; i < 1000; i++) {
            add(1, LONG);
            assertTrue(length.usualNanos() < BETWEEN, "after " + i + ": " + length.usualNanos());
            add(9, SHORT);
        }
    }

    @Test
    void oneOfThreeThatIsLongMakesTheModelLong() {
        add(100, SHORT);
        for (int i = 0; i < 100; i++) {
            add(1, LONG);
            add(2, SHORT);
        }
        assertTrue(length.usualNanos() > BETWEEN, "usual: " + length.usualNanos());
    }

    @Test
    void aModelThatBecomesSlowIsNoticed() {
        add(1000, SHORT);
        add(12, LONG);
        assertTrue(length.usualNanos() > BETWEEN, "usual: " + length.usualNanos());
    }
}
