package dev.gpux.gpuxfile;

import java.util.Map;

/**
 * Expands {@code ${NAME}} and {@code ${NAME:-default}}; {@code $$} stands for a dollar sign, and a dollar sign before
 * anything else for itself. The default counts where the variable is unset or empty, as in a POSIX shell. What a
 * variable holds is not expanded again.
 */
final class Variables {
    private final Map<String, String> environment;
    private final Problems problems;

    Variables(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    static boolean occurIn(String text) {
        return text.indexOf('$') >= 0;
    }

    /** The expanded text. A variable that cannot be expanded is a problem at its place and gives nothing. */
    String expand(String text, Location at) {
        var expanded = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            int dollar = text.indexOf('$', i);
            if (dollar < 0 || dollar + 1 == text.length()) {
                break;
            }
            expanded.append(text, i, dollar);
            switch (text.charAt(dollar + 1)) {
                case '$' -> {
                    expanded.append('$');
                    i = dollar + 2;
                }
                case '{' -> {
                    int close = text.indexOf('}', dollar);
                    var inside = text.substring(dollar + 2, close < 0 ? text.length() : close);
                    expanded.append(value(inside, close >= 0, within(text, dollar, at), at));
                    i = close < 0 ? text.length() : close + 1;
                }
                default -> {
                    expanded.append('$');
                    i = dollar + 1;
                }
            }
        }
        return expanded.append(text, i, text.length()).toString();
    }

    private String value(String inside, boolean closed, Location place, Location scalar) {
        int nameEnd = 0;
        while (nameEnd < inside.length() && isNamePart(inside.charAt(nameEnd), nameEnd)) {
            nameEnd++;
        }
        var name = inside.substring(0, nameEnd);
        var rest = inside.substring(nameEnd);
        var fallback = rest.startsWith(":-") ? rest.substring(2) : "";
        if (!closed) {
            return broken(place, scalar, "the variable is not closed: } is missing", "$$ stands for a dollar sign");
        }
        if (name.isEmpty() || !rest.isEmpty() && !rest.startsWith(":-")) {
            return broken(place, scalar, "expected ${NAME} or ${NAME:-default}, found ${" + inside + "}",
                "$$ stands for a dollar sign");
        }
        if (fallback.contains("${")) {
            return broken(place, scalar, "the default of ${" + name + "} cannot hold another variable", "");
        }
        var value = environment.getOrDefault(name, "");
        if (value.isEmpty() && rest.isEmpty() && !environment.containsKey(name)) {
            return broken(place, scalar, "the environment variable " + name + " is not set",
                "set it, or give a default: ${" + name + ":-…}");
        }
        return value.isEmpty() ? fallback : value;
    }

    private String broken(Location place, Location scalar, String message, String hint) {
        problems.add(place, message, hint);
        problems.settle(scalar);
        return "";
    }

    private static boolean isNamePart(char c, int index) {
        return c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || index > 0 && c >= '0' && c <= '9';
    }

    /** The place of a character in a scalar, where the scalar stands in the file as it is; else the scalar's place. */
    private static Location within(String text, int index, Location at) {
        if (!at.source().reads(at, text)) {
            return at;
        }
        int quote = at.source().quoted(at) ? 1 : 0;
        return at.source().at(at.line(), at.column() + quote + text.codePointCount(0, index));
    }
}
