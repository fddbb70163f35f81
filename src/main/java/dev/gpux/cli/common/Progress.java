package dev.gpux.cli.common;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** How far a long run is, on one line of stderr that is written over; nothing where no person watches. */
public final class Progress implements AutoCloseable {
    private static final long INTERVAL = 200_000_000;
    private static final int BAR = 30;

    private final Terminal terminal;
    private final boolean shown;
    private final Supplier<OptionalDouble> done;
    private final long start = System.nanoTime();
    private long last = start;
    private boolean drawn;

    /** @param done how much of the whole is done, from 0 to 1, where that is known */
    public Progress(Terminal terminal, boolean quiet, Supplier<OptionalDouble> done) {
        this.terminal = terminal;
        this.shown = terminal.watched() && !quiet;
        this.done = done;
    }

    /** {@code count} items are done. */
    public void at(long count) {
        if (!shown) {
            return;
        }
        long now = System.nanoTime();
        if (now - last < INTERVAL) {
            return;
        }
        last = now;
        drawn = true;
        double rate = count / ((now - start) / 1e9);
        var bar = new StringBuilder();
        done.get().ifPresent(part -> {
            int full = (int) (Math.clamp(part, 0, 1) * BAR);
            bar.append("█".repeat(full)).append("░".repeat(BAR - full))
                .append(String.format(Locale.ROOT, " %3.0f %%  ", 100 * part));
        });
        terminal.overwrite(bar.append(String.format(Locale.ROOT, "%,d done, %,.0f a second", count, rate)).toString());
    }

    /** Takes the line away. */
    @Override
    public void close() {
        clear();
    }

    /** Takes the line away for a message. */
    public void clear() {
        if (drawn) {
            terminal.overwrite("");
            drawn = false;
        }
    }
}
