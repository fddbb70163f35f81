package dev.gpux.pipeline.text;

import java.util.Optional;

/**
 * The regular expressions by which byte-level tokenizers cut text into words, as loops. Each of them matches at every
 * place of every text, so that a match begins where the one before ended.
 *
 * <p>They share their tail: numbers, runs of symbols, white space; and differ in how words are made.
 */
enum WordScanner implements TextPattern {
    /** GPT-2 and RoBERTa. */
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
    /** OpenAI's cl100k_base, and Llama 3: numbers of up to three digits. */
    CL100K("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
            + "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** Qwen 2 and 3: every digit by itself. */
    QWEN("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
            + "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
    /** OpenAI's o200k_base: words also end where lower case is followed by upper case. */
    O200K("[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
            + "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

    private static final int UPPER = 1 << Character.UPPERCASE_LETTER | 1 << Character.TITLECASE_LETTER
            | 1 << Character.MODIFIER_LETTER | 1 << Character.OTHER_LETTER
            | 1 << Character.NON_SPACING_MARK | 1 << Character.ENCLOSING_MARK | 1 << Character.COMBINING_SPACING_MARK;
    private static final int LOWER = 1 << Character.LOWERCASE_LETTER | UPPER
            & ~(1 << Character.UPPERCASE_LETTER | 1 << Character.TITLECASE_LETTER);
    private static final char LONG_S = 0x17F;
    private static final int NO_WORD = -1;

    private final String expression;

    WordScanner(String expression) {
        this.expression = expression;
    }

    /** The scanner that does what a regular expression says. */
    static Optional<WordScanner> of(String expression) {
        for (WordScanner scanner : values()) {
            if (scanner.expression.equals(expression)) {
                return Optional.of(scanner);
            }
        }
        return Optional.empty();
    }

    /** The regular expression, for comparison. */
    String expression() {
        return expression;
    }

    @Override
    public long next(char[] chars, int from, int at, int to) {
        return at == to ? NONE : TextPattern.match(at, end(chars, at, to));
    }

    private int end(char[] c, int at, int to) {
        int word = switch (this) {
            case GPT2 -> gpt2Word(c, at, to);
            case CL100K, QWEN -> cl100kWord(c, at, to);
            case O200K -> o200kWord(c, at, to);
        };
        if (word > at) {
            return word;
        }
        int symbols = symbols(c, at, to);
        return symbols > at ? symbols : whitespace(c, at, to);
    }

    /** {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+}; the end, or {@code at}. */
    private static int gpt2Word(char[] c, int at, int to) {
        int contraction = contraction(c, at, to, false);
        if (contraction > at) {
            return contraction;
        }
        int start = c[at] == ' ' ? at + 1 : at;
        int letters = letters(c, start, to);
        if (letters > start) {
            return letters;
        }
        int digits = digits(c, start, to, Integer.MAX_VALUE);
        return digits > start ? digits : at;
    }

    /** {@code (?i:'s|…)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}}; the end, or {@code at}. */
    private int cl100kWord(char[] c, int at, int to) {
        int contraction = contraction(c, at, to, true);
        if (contraction > at) {
            return contraction;
        }
        int start = afterLead(c, at, to);
        int letters = letters(c, start, to);
        return letters > start ? letters : digits(c, at, to, this == QWEN ? 1 : 3);
    }

    /** The two kinds of words, with what may follow them, or a number; the end, or {@code at}. */
    private static int o200kWord(char[] c, int at, int to) {
        int start = afterLead(c, at, to);
        int end = lowerEnd(c, start, to);
        if (end == NO_WORD && start > at) {
            end = lowerEnd(c, at, to);
        }
        if (end == NO_WORD) {
            end = upperEnd(c, start, to);
        }
        if (end == NO_WORD && start > at) {
            end = upperEnd(c, at, to);
        }
        return end == NO_WORD ? digits(c, at, to, 3) : contraction(c, end, to, true);
    }

    /** {@code [UPPER]*[LOWER]+}, as a backtracking matcher finds it. */
    private static int lowerEnd(char[] c, int at, int to) {
        int upper = run(c, at, to, UPPER);
        int lower = run(c, upper, to, LOWER);
        if (lower > upper) {
            return lower;
        }
        // The upper case run has to give back what it took too much: up to its last character that is also lower case.
        for (int end = upper; end > at;) {
            int last = Character.codePointBefore(c, end);
            if ((LOWER >>> Character.getType(last) & 1) != 0) {
                return end;
            }
            end -= Character.charCount(last);
        }
        return NO_WORD;
    }

    /** {@code [UPPER]+}; what could follow in lower case would have been found by {@link #lowerEnd}. */
    private static int upperEnd(char[] c, int at, int to) {
        int end = run(c, at, to, UPPER);
        return end > at ? end : NO_WORD;
    }

    private static int run(char[] c, int at, int to, int types) {
        while (at < to) {
            int codePoint = Character.codePointAt(c, at, to);
            if ((types >>> Character.getType(codePoint) & 1) == 0) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        return at;
    }

    /** {@code [^\r\n\p{L}\p{N}]?}. */
    private static int afterLead(char[] c, int at, int to) {
        int lead = Character.codePointAt(c, at, to);
        return lead == '\r' || lead == '\n' || CharacterClasses.isLetter(lead) || CharacterClasses.isNumeric(lead)
                ? at : at + Character.charCount(lead);
    }

    private static int letters(char[] c, int at, int to) {
        while (at < to) {
            int codePoint = Character.codePointAt(c, at, to);
            if (!CharacterClasses.isLetter(codePoint)) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        return at;
    }

    private static int digits(char[] c, int at, int to, int most) {
        for (int i = 0; i < most && at < to; i++) {
            int codePoint = Character.codePointAt(c, at, to);
            if (!CharacterClasses.isNumeric(codePoint)) {
                break;
            }
            at += Character.charCount(codePoint);
        }
        return at;
    }

    /** {@code  ?[^\s\p{L}\p{N}]+}, and the line ends that some let follow; the end, or {@code at}. */
    private int symbols(char[] c, int at, int to) {
        int start = c[at] == ' ' ? at + 1 : at;
        int end = start;
        while (end < to) {
            int codePoint = Character.codePointAt(c, end, to);
            if (CharacterClasses.isWhitespace(codePoint) || CharacterClasses.isLetter(codePoint)
                    || CharacterClasses.isNumeric(codePoint)) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        if (end == start) {
            return at;
        }
        while (this != GPT2 && end < to && (isLineEnd(c[end]) || this == O200K && c[end] == '/')) {
            end++;
        }
        return end;
    }

    /** {@code \s*[\r\n]+|\s+(?!\S)|\s+}, where something is white space for sure; GPT-2 does not mind line ends. */
    private int whitespace(char[] c, int at, int to) {
        int end = at;
        int lineEnd = at;
        while (end < to && CharacterClasses.isWhitespace(c[end])) {
            end++;
            if (isLineEnd(c[end - 1])) {
                lineEnd = end;
            }
        }
        if (this != GPT2 && lineEnd > at) {
            return lineEnd;
        }
        // The last blank before a word is left to the word.
        return end < to && end - at > 1 ? end - 1 : end;
    }

    private static boolean isLineEnd(char c) {
        return c == '\r' || c == '\n';
    }

    /** {@code 's|'t|'re|'ve|'m|'ll|'d}; the end, or {@code at}. */
    private static int contraction(char[] c, int at, int to, boolean anyCase) {
        if (to - at < 2 || c[at] != '\'') {
            return at;
        }
        int first = fold(c[at + 1], anyCase);
        switch (first) {
            case 's', 't', 'm', 'd' -> {
                return at + 2;
            }
            case 'r', 'v', 'l' -> {
                int second = to - at < 3 ? 0 : fold(c[at + 2], anyCase);
                return second == (first == 'l' ? 'l' : 'e') ? at + 3 : at;
            }
            default -> {
                return at;
            }
        }
    }

    private static int fold(char c, boolean anyCase) {
        if (!anyCase) {
            return c;
        }
        return c >= 'A' && c <= 'Z' ? c + 0x20 : c == LONG_S ? 's' : c;
    }
}
