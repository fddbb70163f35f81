package dev.gpux.cli.tune;

import dev.gpux.cli.common.Terminal;
import dev.gpux.optimize.tune.Setting;
import dev.gpux.optimize.tune.Tuner;

/** How far it is: one line on a terminal that is written over. */
final class TuneProgress implements Tuner.Progress {
    private static final long PAUSE = 100_000_000;
    private static final int PERCENT = 100;

    private final Terminal terminal;
    private final boolean shown;
    private long last;

    TuneProgress(Terminal terminal, boolean quiet) {
        this.terminal = terminal;
        this.shown = terminal.watched() && !quiet;
        this.last = System.nanoTime() - PAUSE;
    }

    @Override
    public void at(Setting setting, double part) {
        // Writing takes a processor that is being measured.
        if (shown && System.nanoTime() - last >= PAUSE) {
            last = System.nanoTime();
            say(Math.min(PERCENT, Math.round(part * PERCENT)) + " % of the time: " + setting);
        }
    }

    void say(String text) {
        if (shown) {
            terminal.overwrite(text);
        }
    }

    void clear() {
        say("");
    }
}
