package dev.gpux.cli.common;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
public record Terminal(InputStream in, TextStream out, TextStream err, boolean color, boolean watched) {
    private static final String RESET = "\u001b[0m";
    private static final List<String> STYLES = List.of("\u001b[2m", "\u001b[1m", "\u001b[31m", RESET);
    private static final byte[] CLEAR_LINE = "\r\u001b[K".getBytes(StandardCharsets.US_ASCII);

    /**
     * The process's own streams. Colour needs a terminal on both, unless {@code NO_COLOR}, {@code CLICOLOR_FORCE} or
     * {@code TERM=dumb} decide.
     */
    public static Terminal ofProcess(Map<String, String> environment) {
        // System.out would encode as the locale says, and a test of a pipe must be readable everywhere.
        var err = TextStream.of(new FileOutputStream(FileDescriptor.err));
        return new Terminal(new StandardInput(System.in), TextStream.ofOutput(), err, wantsColor(environment),
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
        return style(0, text);
    }

    /** {@code text}, more important than what is around it. */
    public String bold(String text) {
        return style(1, text);
    }

    /** {@code text}, a failure. */
    public String red(String text) {
        return style(2, text);
    }

    private String style(int number, String text) {
        return color ? STYLES.get(number) + text + RESET : text;
    }

    /** The style of this class that {@code text} has at an index; empty if none. */
    static String styleAt(String text, int index) {
        for (var style : STYLES) {
            if (text.startsWith(style, index)) {
                return style;
            }
        }
        return "";
    }

    /** Writes over the line of standard error that a person watches; empty text takes it away. */
    public void overwrite(String text) {
        // As bytes, for in text this is made visible.
        err.write(CLEAR_LINE, 0, CLEAR_LINE.length);
        err.print(text);
        err.flush();
    }
}
