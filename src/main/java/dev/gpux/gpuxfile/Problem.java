package dev.gpux.gpuxfile;

/**
 * One thing that is wrong in a GPUXfile, in words for the person who wrote it.
 *
 * @param location where
 * @param message  what is wrong and what was expected, one line
 * @param hint     what to do, one line; empty if the message says it all
 */
public record Problem(Location location, String message, String hint) {
    public Problem {
        message = printable(message);
        hint = printable(hint);
    }

    /** The file's name as messages show it. */
    public String file() {
        return location.source().name();
    }

    /** From 1; 0 where the file as a whole is meant. */
    public int line() {
        return location.line();
    }

    /** From 1, in code points; 0 where the file as a whole is meant. */
    public int column() {
        return location.column();
    }

    /** The line of the file with a caret below the place, two lines without a line break at the end, or empty. */
    public String excerpt() {
        return location.source().excerpt(location);
    }

    /** {@code file:line:column: message; hint}. */
    @Override
    public String toString() {
        return location + ": " + message + (hint.isEmpty() ? "" : "; " + hint);
    }

    /** A file may hold anything, and a terminal obeys control characters: none gets through. */
    static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || isDirectional(c)) {
                if (clean == null) {
                    clean = new StringBuilder(text);
                }
                clean.setCharAt(i, c == '\t' || c == '\n' ? ' ' : '\uFFFD');
            }
        }
        return clean == null ? text : clean.toString();
    }

    /** Bidirectional overrides and isolates make a line read differently from what it says. */
    private static boolean isDirectional(char c) {
        return c >= '\u202A' && c <= '\u202E' || c >= '\u2066' && c <= '\u2069';
    }
}
