package dev.gpux.cli.common;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out standard output, buffered, UTF-8; flushed when the command ends
 * @param err standard error, UTF-8
 * @param color whether output may be coloured
 * @param watched whether a person sees standard error, and nothing that this process writes beside it
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean color, boolean watched) {
    private static final int BUFFER = 1 << 16;

    /**
     * The process's own streams. Colour needs a terminal on both, unless {@code NO_COLOR}, {@code CLICOLOR_FORCE} or
     * {@code TERM=dumb} decide.
     */
    public static Terminal ofProcess(Map<String, String> environment) {
        // System.out would encode as the locale says, and a test of a pipe must be readable everywhere.
        var out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
            false, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Terminal(System.in, out, err, wantsColor(environment),
            "err".equals(environment.get("GPUX_TTY")));
    }

    private static boolean wantsColor(Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty() || "dumb".equals(environment.get("TERM"))) {
            return false;
        }
        if (!environment.getOrDefault("CLICOLOR_FORCE", "").isEmpty()) {
            return true;
        }
        // The launcher tests the file descriptors; asking the JVM would load its line editor first.
        return "1".equals(environment.get("GPUX_TTY"));
    }

    public Terminal withColor(boolean wanted) {
        return new Terminal(in, out, err, wanted, watched);
    }

    /** {@code text}, less important than what is around it. */
    public String dim(String text) {
        return style("2", text);
    }

    /** {@code text}, more important than what is around it. */
    public String bold(String text) {
        return style("1", text);
    }

    /** {@code text}, a failure. */
    public String red(String text) {
        return style("31", text);
    }

    private String style(String code, String text) {
        return color ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
