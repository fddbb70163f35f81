package dev.gpux.gpuxfile;

/** What to do about the YAML mistakes that people make most; the parser's own words describe its state instead. */
final class SyntaxHint {
    private SyntaxHint() {
    }

    static String of(String message) {
        if (message.contains("TAB")) {
            return "indent with spaces";
        }
        if (message.contains("mapping values are not allowed")) {
            return "put quotes around a value that contains \": \", and check the indentation";
        }
        if (message.contains("expected <block end>") || message.contains("could not find expected ':'")) {
            return "check the indentation, the colons and the dashes here and in the line above";
        }
        if (message.contains("cannot start any token")) {
            return "put quotes around it";
        }
        if (message.contains("but got <stream end>") || message.contains("unexpected end of stream")) {
            return "a bracket or a quote is not closed";
        }
        if (message.contains("but got {")) {
            return "inside {…} and […] put quotes around a variable: \"${NAME}\"";
        }
        if (message.contains("expected a single document")) {
            return "remove the line --- and what follows it";
        }
        return "";
    }
}
