package dev.gpux.onnx;

/** Puts names and paths of a file into messages: a hostile one may be megabytes long or drive a terminal. */
final class Names {
    private static final int MAX = 100;

    private Names() {
    }

    /** A name as it is safe to print: without control characters, at most a hundred characters. */
    static String show(String name) {
        boolean clean = name.length() <= MAX;
        for (int i = 0; clean && i < name.length(); i++) {
            clean = !Character.isISOControl(name.charAt(i));
        }
        return clean ? name : cleaned(name);
    }

    /** A name in quotes. */
    static String quote(String name) {
        return "'" + show(name) + "'";
    }

    private static String cleaned(String name) {
        var text = new StringBuilder();
        for (int i = 0; i < Math.min(name.length(), MAX); i++) {
            char c = name.charAt(i);
            text.append(Character.isISOControl(c) ? '\uFFFD' : c);
        }
        return name.length() > MAX ? text.append('…').toString() : text.toString();
    }
}
