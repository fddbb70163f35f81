package dev.gpux.pipeline.text;

/**
 * Something to look for in a text. The patterns of published tokenizers are loops over the characters; others are left
 * to {@link RegexPattern}.
 */
sealed interface TextPattern permits TextPattern.Literal, TextPattern.OneOf, TextPattern.Run,
        TextPattern.WordsAndSymbols, WordScanner, RegexPattern {
    /** No match. */
    long NONE = -1;

    /**
     * The first match in {@code chars[at, to)} that is not empty.
     *
     * @param from where the text begins; a pattern may look at what stands before {@code at}
     * @return start and end of the match, packed; {@link #NONE}
     */
    long next(char[] chars, int from, int at, int to);

    static long match(int start, int end) {
        return (long) start << Integer.SIZE | end;
    }

    static int start(long match) {
        return (int) (match >>> Integer.SIZE);
    }

    static int end(long match) {
        return (int) match;
    }

    /** Reads {@code {"String": …}} or {@code {"Regex": …}}. */
    static TextPattern read(JsonValue json) {
        var literal = json.find("String");
        if (literal.isPresent()) {
            return new Literal(literal.get().asString());
        }
        JsonValue regex = json.get("Regex");
        return switch (regex.asString()) {
            case " {2,}" -> new Run(' ', 2);
            case " +" -> new Run(' ', 1);
            case "\\s" -> OneOf.WHITESPACE;
            case "\\d" -> OneOf.DECIMAL_DIGIT;
            case String expression -> {
                var scanner = WordScanner.of(expression);
                yield scanner.isPresent() ? scanner.get() : RegexPattern.compile(regex);
            }
        };
    }

    /**
     * A fixed text.
     *
     * @param text what to look for; empty: never found
     */
    record Literal(String text) implements TextPattern {
        @Override
        public long next(char[] chars, int from, int at, int to) {
            int length = text.length();
            if (length == 0) {
                return NONE;
            }
            char first = text.charAt(0);
            for (int i = at; i <= to - length; i++) {
                if (chars[i] == first && matches(chars, i)) {
                    return match(i, i + length);
                }
            }
            return NONE;
        }

        private boolean matches(char[] chars, int at) {
            for (int i = 1; i < text.length(); i++) {
                if (chars[at + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** One character of a class. */
    enum OneOf implements TextPattern {
        /** ASCII punctuation and symbols, and the general categories P*. */
        PUNCTUATION,
        /** General categories N*. */
        NUMERIC,
        /** General category Nd. */
        DECIMAL_DIGIT,
        /** White_Space. */
        WHITESPACE;

        @Override
        public long next(char[] chars, int from, int at, int to) {
            for (int i = at; i < to;) {
                int c = Character.codePointAt(chars, i, to);
                int end = i + Character.charCount(c);
                if (contains(c)) {
                    return match(i, end);
                }
                i = end;
            }
            return NONE;
        }

        private boolean contains(int c) {
            return switch (this) {
                case PUNCTUATION -> CharacterClasses.isPunctuation(c);
                case NUMERIC -> CharacterClasses.isNumeric(c);
                case DECIMAL_DIGIT -> Character.isDigit(c);
                case WHITESPACE -> CharacterClasses.isWhitespace(c);
            };
        }
    }

    /**
     * The same character several times.
     *
     * @param unit the character
     * @param atLeast how many times
     */
    record Run(char unit, int atLeast) implements TextPattern {
        @Override
        public long next(char[] chars, int from, int at, int to) {
            for (int i = at; i < to; i++) {
                int end = i;
                while (end < to && chars[end] == unit) {
                    end++;
                }
                if (end - i >= atLeast) {
                    return match(i, end);
                }
                i = end;
            }
            return NONE;
        }
    }

    /** Word characters, or others that are not white space: {@code \w+|[^\w\s]+}. */
    record WordsAndSymbols() implements TextPattern {
        @Override
        public long next(char[] chars, int from, int at, int to) {
            int start = at;
            while (start < to && CharacterClasses.isWhitespace(chars[start])) {
                start++;
            }
            if (start == to) {
                return NONE;
            }
            boolean word = CharacterClasses.isWord(Character.codePointAt(chars, start, to));
            int end = start;
            while (end < to) {
                int c = Character.codePointAt(chars, end, to);
                if (CharacterClasses.isWord(c) != word || CharacterClasses.isWhitespace(c)) {
                    break;
                }
                end += Character.charCount(c);
            }
            return match(start, end);
        }
    }
}
