package dev.gpux.pipeline.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that is none of the usual ones, by the JDK. The format's expressions are those of Oniguruma in
 * Ruby's syntax; the JDK understands most of them the same way. It allocates, and how long it may look is bounded.
 *
 * @param pattern the expression
 * @param where its place in the file, for errors
 */
record RegexPattern(Pattern pattern, String where) implements TextPattern {
    /** Ruby's {@code ^} and {@code $} are those of lines, which end with \n only; its classes are Unicode's. */
    private static final int FLAGS = Pattern.MULTILINE | Pattern.UNIX_LINES | Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern PROPERTY = Pattern.compile("\\\\([pP])\\{(\\^?)(\\w+)}");
    /** What means something else there, or could keep the matcher busy without its reading anything. */
    private static final Pattern NOT_THE_SAME =
            Pattern.compile("\\[:|\\\\[hHRXKgGkzZ]|\\(\\?[^:=!<>ix-]|\\(\\?i?-?m|\\d{4}");

    static RegexPattern compile(JsonValue json) {
        String expression = json.asString();
        if (NOT_THE_SAME.matcher(expression).find()) {
            throw json.error("is the regular expression \"" + expression + "\", which uses more than is supported: "
                    + "characters, classes, groups, look-around and quantifiers below 1000");
        }
        try {
            Pattern pattern = Pattern.compile(withScripts(expression), FLAGS);
            return new RegexPattern(pattern, json.source() + ": " + json.path());
        } catch (PatternSyntaxException e) {
            throw json.error("is the regular expression \"" + expression + "\", which is not valid: "
                    + e.getDescription());
        } catch (StackOverflowError e) {
            throw json.error("is a regular expression that is nested too deeply");
        }
    }

    /** The JDK writes {@code \p{IsHan}} where Oniguruma writes {@code \p{Han}}. */
    private static String withScripts(String expression) {
        Matcher matcher = PROPERTY.matcher(expression);
        return matcher.replaceAll(found -> {
            String letter = found.group(2).isEmpty() ? found.group(1) : found.group(1).equals("p") ? "P" : "p";
            String name = (isScript(found.group(3)) ? "Is" : "") + found.group(3);
            return Matcher.quoteReplacement("\\" + letter + "{" + name + "}");
        });
    }

    private static boolean isScript(String name) {
        try {
            // General categories have one or two letters; a script's short name has four.
            return name.length() > 2 && Character.UnicodeScript.forName(name) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public long next(char[] chars, int from, int at, int to) {
        try {
            Matcher matcher = pattern.matcher(new Window(chars, from, to - from, new Effort(where, to - from)));
            int start = at - from;
            while (start <= to - from && matcher.find(start)) {
                if (matcher.end() > matcher.start()) {
                    return TextPattern.match(from + matcher.start(), from + matcher.end());
                }
                start = matcher.end() + 1;
            }
            return NONE;
        } catch (StackOverflowError e) {
            throw new TokenizerException(where + ": the regular expression takes too much memory on this text of "
                    + (to - from) + " characters");
        }
    }

    /** Counts what a matcher reads: an expression that backtracks without end is an error, not a lost thread. */
    private static final class Effort {
        private static final long PER_CHARACTER = 1000;
        private static final long FREE = 100_000;

        private final String where;
        private long left;

        Effort(String where, int length) {
            this.where = where;
            this.left = FREE + PER_CHARACTER * length;
        }

        void spend() {
            if (--left < 0) {
                throw new TokenizerException(where + ": the regular expression takes too long on this text");
            }
        }
    }

    /** A part of the text, as the matcher wants it. */
    private record Window(char[] text, int from, int length, Effort effort) implements CharSequence {
        @Override
        public char charAt(int index) {
            effort.spend();
            return text[from + index];
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Window(text, from + start, end - start, effort);
        }

        @Override
        public String toString() {
            return new String(text, from, length);
        }
    }
}
