package dev.gpux.cli.pull;

import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.store.remote.TransferListener;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/** How far a download is, on one line of stderr that is written over; without a terminal only what went wrong. */
public final class TransferProgress implements TransferListener {
    private static final long INTERVAL = 200_000_000;
    private static final Set<String> STDERR_IS_TERMINAL = Set.of("1", "err");

    private final Terminal terminal;
    private final boolean quiet;
    private final boolean shown;
    private long start;
    private long before;
    private long last;
    private String current = "";

    public TransferProgress(Terminal terminal, boolean quiet) {
        this.terminal = terminal;
        this.quiet = quiet;
        this.shown = !quiet && STDERR_IS_TERMINAL.contains(System.getenv().getOrDefault("GPUX_TTY", ""));
    }

    @Override
    public void at(String name, long bytes, OptionalLong total) {
        long now = System.nanoTime();
        if (!name.equals(current)) {
            current = name;
            start = now;
            before = bytes;
        } else if (now - last < INTERVAL) {
            return;
        }
        last = now;
        if (!shown) {
            return;
        }
        var text = new StringBuilder(name).append("  ").append(Quantity.bytes(bytes));
        if (total.isPresent() && total.getAsLong() > 0) {
            text.append(" of ").append(Quantity.bytes(total.getAsLong()))
                .append(String.format(Locale.ROOT, ", %d %%", 100 * bytes / total.getAsLong()));
        }
        double seconds = (now - start) / 1e9;
        if (seconds > 1) {
            text.append(", ").append(Quantity.bytes((long) ((bytes - before) / seconds))).append(" a second");
        }
        terminal.overwrite(text.toString());
    }

    @Override
    public void again(String name, String why, Duration pause) {
        clear();
        current = "";
        if (!quiet) {
            terminal.err().println(name + ": " + why + String.format(Locale.ROOT, "; trying again in %.1f s",
                pause.toMillis() / 1e3));
        }
    }

    @Override
    public void done(String name, long bytes) {
        clear();
        current = "";
        if (shown) {
            terminal.err().println(terminal.dim(name + "  " + Quantity.bytes(bytes)));
        }
    }

    private void clear() {
        if (shown) {
            terminal.overwrite("");
        }
    }
}
