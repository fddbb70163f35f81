package dev.gpux.pipeline.text;

import java.util.ArrayList;
import java.util.List;

/** A step that cuts a text into the pieces that the model then encodes ({@code pre_tokenizer}). */
sealed interface PreTokenizer permits BertPreTokenizer, Split, PreTokenizer.LeadingSpace, PreTokenizer.ByteChars,
        PreTokenizer.Metaspace, PreTokenizer.FixedLength {
    /** What {@link #read} knows. */
    String SUPPORTED = "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, "
            + "Split, Whitespace, WhitespaceSplit, Sequence";

    /**
     * Appends the pieces of {@code chars[from, to)}, which is not empty, to {@code out}.
     *
     * @param first whether this is the beginning of the whole text
     */
    void cut(char[] chars, int from, int to, boolean first, Pieces out);

    /** Reads a {@code pre_tokenizer} object; a sequence becomes several steps, and so do some others. */
    static List<PreTokenizer> read(JsonValue json) {
        return switch (json.type()) {
            case "Sequence" -> json.list("pretokenizers").stream().flatMap(step -> read(step).stream()).toList();
            case "BertPreTokenizer" -> List.of(new BertPreTokenizer());
            case "ByteLevel" -> readByteLevel(json);
            case "Metaspace" -> readMetaspace(json);
            case "Split" -> List.of(Split.read(json));
            case "Whitespace" -> List.of(new Split(new TextPattern.WordsAndSymbols(), Split.Behavior.REMOVED, true));
            case "WhitespaceSplit" -> List.of(Split.removing(TextPattern.OneOf.WHITESPACE));
            case "CharDelimiterSplit" ->
                List.of(Split.removing(new TextPattern.Literal(oneCharacter(json.get("delimiter")))));
            case "Punctuation" -> List.of(new Split(TextPattern.OneOf.PUNCTUATION,
                    json.find("behavior").map(Split.Behavior::read).orElse(Split.Behavior.ISOLATED), false));
            case "Digits" -> List.of(new Split(TextPattern.OneOf.NUMERIC, json.bool("individual_digits", false)
                    ? Split.Behavior.ISOLATED : Split.Behavior.CONTIGUOUS, false));
            case "FixedLength" -> List.of(new FixedLength(positive(json)));
            default -> throw json.unsupported("pre-tokenizer", SUPPORTED);
        };
    }

    private static List<PreTokenizer> readByteLevel(JsonValue json) {
        var steps = new ArrayList<PreTokenizer>();
        if (json.bool("add_prefix_space", true)) {
            steps.add(new LeadingSpace());
        }
        if (json.bool("use_regex", true)) {
            steps.add(Split.isolating(WordScanner.GPT2));
        }
        steps.add(new ByteChars());
        return steps;
    }

    private static List<PreTokenizer> readMetaspace(JsonValue json) {
        String replacement = json.find("replacement").map(PreTokenizer::oneCharacter).orElse("\u2581");
        // Files from before prepend_scheme say add_prefix_space.
        String scheme = json.string("prepend_scheme", json.bool("add_prefix_space", true) ? "always" : "never");
        var metaspace = new Metaspace(replacement, switch (scheme) {
            case "always" -> Metaspace.Prepend.ALWAYS;
            case "first" -> Metaspace.Prepend.FIRST;
            case "never" -> Metaspace.Prepend.NEVER;
            default -> throw json.get("prepend_scheme").error("is \"" + scheme + "\", expected always, first or never");
        });
        var words = new Split(new TextPattern.Literal(replacement), Split.Behavior.MERGED_WITH_NEXT, false);
        return json.bool("split", true) ? List.of(metaspace, words) : List.of(metaspace);
    }

    private static int positive(JsonValue json) {
        int length = json.integer("length", 5);
        if (length == 0) {
            throw json.get("length").error("is 0, expected 1 or more");
        }
        return length;
    }

    /** Reads a string of one character. */
    static String oneCharacter(JsonValue json) {
        String text = json.asString();
        if (text.codePointCount(0, text.length()) != 1) {
            throw json.error("is \"" + text + "\", expected one character");
        }
        return text;
    }

    /** Puts a space before a text that does not begin with one. */
    record LeadingSpace() implements PreTokenizer {
        @Override
        public void cut(char[] chars, int from, int to, boolean first, Pieces out) {
            if (chars[from] != ' ') {
                out.text().append(' ');
            }
            out.text().append(chars, from, to);
            out.cut();
        }
    }

    /** Every UTF-8 byte becomes the character that stands for it in byte-level vocabularies. */
    record ByteChars() implements PreTokenizer {
        @Override
        public void cut(char[] chars, int from, int to, boolean first, Pieces out) {
            ByteAlphabet.append(chars, from, to, out.text());
            out.cut();
        }
    }

    /**
     * Makes spaces visible, and puts one first.
     *
     * @param replacement what stands for a space
     * @param prepend where one is put before the text, if the text does not begin with one
     */
    record Metaspace(String replacement, Prepend prepend) implements PreTokenizer {
        /** Which parts of a text get a space before them. */
        enum Prepend { ALWAYS, FIRST, NEVER }

        @Override
        public void cut(char[] chars, int from, int to, boolean first, Pieces out) {
            Text text = out.text();
            boolean wanted = prepend == Prepend.ALWAYS || prepend == Prepend.FIRST && first;
            if (wanted && chars[from] != ' ' && !startsWithReplacement(chars, from, to)) {
                text.append(replacement);
            }
            for (int i = from; i < to; i++) {
                if (chars[i] == ' ') {
                    text.append(replacement);
                } else {
                    text.append(chars[i]);
                }
            }
            out.cut();
        }

        private boolean startsWithReplacement(char[] chars, int from, int to) {
            for (int i = 0; i < replacement.length(); i++) {
                if (from + i >= to || chars[from + i] != replacement.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Pieces of equal length.
     *
     * @param length in characters
     */
    record FixedLength(int length) implements PreTokenizer {
        @Override
        public void cut(char[] chars, int from, int to, boolean first, Pieces out) {
            for (int i = from, count = 1; i < to; count++) {
                int c = Character.codePointAt(chars, i, to);
                i += Character.charCount(c);
                out.text().appendCodePoint(c);
                if (count % length == 0) {
                    out.cut();
                }
            }
            out.cut();
        }
    }
}
