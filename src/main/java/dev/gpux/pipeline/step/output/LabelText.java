package dev.gpux.pipeline.step.output;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Labels as files and models' metadata hold them: a list ({@code ["cat", "dog"]}), a map from numbers
 * ({@code {0: 'cat', 1: 'dog'}}, in JSON or as Python prints it), one a line, or separated by commas.
 */
final class LabelText {
    private final String text;
    private int at;

    private LabelText(String text) {
        this.text = text;
    }

    /** The labels in order; empty if there are none, or the text is none of these. */
    static List<String> parse(String text) {
        var stripped = (text.startsWith("\uFEFF") ? text.substring(1) : text).strip();
        if (stripped.startsWith("[") || stripped.startsWith("{")) {
            return new LabelText(stripped).structured();
        }
        var labels = new ArrayList<String>();
        var separator = stripped.indexOf('\n') >= 0 || stripped.indexOf('\r') >= 0 ? "\n" : ",";
        for (var label : stripped.replace("\r\n", "\n").replace('\r', '\n').split(separator, -1)) {
            labels.add(label.strip());
        }
        return stripped.isEmpty() ? List.of() : labels;
    }

    private List<String> structured() {
        boolean isMap = text.charAt(at++) == '{';
        var labels = new TreeMap<Integer, String>();
        while (true) {
            skipBlanks();
            if (at < text.length() && (text.charAt(at) == ']' || text.charAt(at) == '}')) {
                at++;
                break;
            }
            int index = labels.size();
            if (isMap) {
                index = number(word());
                skipBlanks();
                if (at >= text.length() || text.charAt(at++) != ':') {
                    return List.of();
                }
                skipBlanks();
            }
            if (index < 0 || at >= text.length() || labels.put(index, word()) != null) {
                return List.of();
            }
            skipBlanks();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
            }
        }
        // Numbers with gaps would give the names after the gap to the wrong classes.
        return at == text.length() && (labels.isEmpty() || labels.lastKey() == labels.size() - 1)
            ? List.copyOf(labels.values()) : List.of();
    }

    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** A quoted text, or what stands before the next comma, colon or bracket. */
    private String word() {
        var word = new StringBuilder();
        char quote = at < text.length() ? text.charAt(at) : 0;
        if (quote == '"' || quote == '\'') {
            at++;
            while (at < text.length() && text.charAt(at) != quote) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    escape(word);
                } else {
                    word.append(text.charAt(at++));
                }
            }
            at++;
            return word.toString();
        }
        while (at < text.length() && ",:]}".indexOf(text.charAt(at)) < 0) {
            word.append(text.charAt(at++));
        }
        return word.toString().strip();
    }

    private void escape(StringBuilder word) {
        char kind = text.charAt(at + 1);
        if (kind == 'u' && at + 6 <= text.length()) {
            int unit = 0;
            for (int i = at + 2; i < at + 6; i++) {
                unit = unit << 4 | Math.max(0, Character.digit(text.charAt(i), 16));
            }
            word.append((char) unit);
            at += 6;
            return;
        }
        word.append(switch (kind) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            default -> kind;
        });
        at += 2;
    }
}
