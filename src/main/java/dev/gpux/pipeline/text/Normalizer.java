package dev.gpux.pipeline.text;

import java.text.Normalizer.Form;
import java.util.List;

/** A step that rewrites a text before it is cut into pieces ({@code normalizer} of a {@code tokenizer.json}). */
sealed interface Normalizer permits BertNormalizer, UnicodeForm, CharsMap, Replace, Normalizer.Lowercased,
        Normalizer.WithoutMarks, Normalizer.Stripped, Normalizer.Prefixed, Normalizer.Nmt, Normalizer.ByteChars {
    /** What {@link #read} knows. */
    String SUPPORTED = "BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend, "
            + "Precompiled, Nmt, ByteLevel, Sequence";

    /** Writes the normalised form of {@code in} to the empty {@code out}. */
    void normalize(Text in, Text out);

    /** Reads a {@code normalizer} object; a sequence becomes several steps. */
    static List<Normalizer> read(JsonValue json) {
        return switch (json.type()) {
            case "Sequence" -> json.list("normalizers").stream().flatMap(step -> read(step).stream()).toList();
            case "BertNormalizer" -> List.of(BertNormalizer.read(json));
            case "NFC", "NFD", "NFKC", "NFKD" -> List.of(new UnicodeForm(Form.valueOf(json.type())));
            case "Lowercase" -> List.of(new Lowercased());
            case "Strip" ->
                List.of(new Stripped(json.get("strip_left").asBoolean(), json.get("strip_right").asBoolean()));
            case "StripAccents" -> List.of(new WithoutMarks());
            case "Replace" -> List.of(Replace.read(json));
            case "Prepend" -> List.of(new Prefixed(json.get("prepend").asString()));
            case "Precompiled" -> List.of(CharsMap.read(json.get("precompiled_charsmap")));
            case "Nmt" -> List.of(new Nmt());
            case "ByteLevel" -> List.of(new ByteChars());
            default -> throw json.unsupported("normalizer", SUPPORTED);
        };
    }

    /** Letters become lower case. */
    record Lowercased() implements Normalizer {
        @Override
        public void normalize(Text in, Text out) {
            char[] chars = in.array();
            for (int i = 0; i < in.length();) {
                int c = Character.codePointAt(chars, i, in.length());
                i += Character.charCount(c);
                Lowercase.append(c, out);
            }
        }
    }

    /** Combining marks go; to take accents off, a decomposition comes first. */
    record WithoutMarks() implements Normalizer {
        @Override
        public void normalize(Text in, Text out) {
            char[] chars = in.array();
            for (int i = 0; i < in.length();) {
                int c = Character.codePointAt(chars, i, in.length());
                i += Character.charCount(c);
                if (!CharacterClasses.isCombiningMark(c)) {
                    out.appendCodePoint(c);
                }
            }
        }
    }

    /**
     * White space at the ends goes.
     *
     * @param left at the beginning
     * @param right at the end
     */
    record Stripped(boolean left, boolean right) implements Normalizer {
        @Override
        public void normalize(Text in, Text out) {
            char[] chars = in.array();
            int from = 0;
            int to = in.length();
            while (left && from < to && CharacterClasses.isWhitespace(chars[from])) {
                from++;
            }
            while (right && to > from && CharacterClasses.isWhitespace(chars[to - 1])) {
                to--;
            }
            out.append(chars, from, to);
        }
    }

    /**
     * Puts a text before every other one that is not empty.
     *
     * @param prefix what comes first
     */
    record Prefixed(String prefix) implements Normalizer {
        @Override
        public void normalize(Text in, Text out) {
            if (in.length() > 0) {
                out.append(prefix);
                out.append(in.array(), 0, in.length());
            }
        }
    }

    /** Removes control characters and makes odd white space a space, as SentencePiece's rule for translation models. */
    record Nmt() implements Normalizer {
        @Override
        public void normalize(Text in, Text out) {
            char[] chars = in.array();
            for (int i = 0; i < in.length(); i++) {
                char c = chars[i];
                if (isSpace(c)) {
                    out.append(' ');
                } else if (!isRemoved(c)) {
                    out.append(c);
                }
            }
        }

        private static boolean isRemoved(char c) {
            return switch (c) {
                case 0x0B, 0x7F, 0x8F, 0x9F -> true;
                default -> c >= 0x01 && c <= 0x08 || c >= 0x0E && c <= 0x1F;
            };
        }

        private static boolean isSpace(char c) {
            return switch (c) {
                case '\t', '\n', '\f', '\r', 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> true;
                default -> c >= 0x200B && c <= 0x200F;
            };
        }
    }

    /** Every UTF-8 byte becomes the character that stands for it in byte-level vocabularies. */
    record ByteChars() implements Normalizer {
        @Override
        public void normalize(Text in, Text out) {
            ByteAlphabet.append(in.array(), 0, in.length(), out);
        }
    }
}
