package dev.gpux.gpuxfile;

import java.util.ArrayList;
import java.util.List;

/**
 * The text that values and problems point into. Two sources are equal only if they are the same object, so that
 * comparing two {@link Location}s never compares whole files. Thread-safe.
 */
public final class Source {
    private static final int MAX_EXCERPT = 100;

    private final String name;
    private final List<String> lines;

    Source(String name, String text) {
        this.name = name;
        this.lines = List.copyOf(split(text));
    }

    /** The file's name as messages show it. */
    public String name() {
        return name;
    }

    /** The place at a line and a column, both counted from 1, the column in code points. */
    Location at(int line, int column) {
        return new Location(this, line, column);
    }

    /** The file as a whole, where no line is to blame. */
    Location whole() {
        return new Location(this, 0, 0);
    }

    /** The place after the last character. */
    Location end() {
        var last = lines.getLast();
        return at(lines.size(), last.codePointCount(0, last.length()) + 1);
    }

    /** Whether the text stands in the file exactly so, from this place on, with or without an opening quote. */
    boolean reads(Location place, String text) {
        if (place.line() < 1 || place.line() > lines.size() || text.isEmpty()) {
            return false;
        }
        var line = lines.get(place.line() - 1);
        return line.startsWith(text, index(line, place.column()) + (quoted(place) ? 1 : 0));
    }

    /** Whether a quoted scalar begins at the place, which must be in the file. */
    boolean quoted(Location place) {
        var line = lines.get(place.line() - 1);
        int start = index(line, place.column());
        return start < line.length() && (line.charAt(start) == '"' || line.charAt(start) == '\'');
    }

    /** The line of the place and, below it, a caret; empty if the place has no line. */
    String excerpt(Location place) {
        if (place.line() < 1 || place.line() > lines.size() || lines.get(place.line() - 1).isBlank()) {
            return "";
        }
        var line = lines.get(place.line() - 1);
        int caret = index(line, place.column());
        int from = caret <= MAX_EXCERPT - 20 ? 0 : caret - MAX_EXCERPT / 2;
        if (from > 0 && Character.isLowSurrogate(line.charAt(from))) {
            from--;
        }
        int to = Math.min(line.length(), from + MAX_EXCERPT);
        var shown = (from > 0 ? "…" : "") + line.substring(from, to) + (to < line.length() ? "…" : "");
        int indent = (from > 0 ? 1 : 0) + line.codePointCount(from, caret);
        return "    " + Problem.printable(shown) + "\n    " + " ".repeat(indent) + "^";
    }

    /** The UTF-16 index of a column; a column beyond the line is its end. */
    private static int index(String line, int column) {
        int codePoints = line.codePointCount(0, line.length());
        return line.offsetByCodePoints(0, Math.clamp(column - 1L, 0, codePoints));
    }

    /** Splits where the YAML reader counts lines: YAML 1.1, section 5.4. */
    private static List<String> split(String text) {
        var lines = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                lines.add(text.substring(start, i));
                start = ++i + 1;
            } else if (c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
                lines.add(text.substring(start, i));
                start = i + 1;
            }
        }
        lines.add(text.substring(start));
        return lines;
    }

    @Override
    public String toString() {
        return name;
    }
}
