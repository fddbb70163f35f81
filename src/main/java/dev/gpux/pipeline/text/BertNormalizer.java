package dev.gpux.pipeline.text;

/**
 * BERT's normalisation: control characters go, white space becomes a space, CJK ideographs get spaces around them,
 * accents go (canonical decomposition without the marks), letters become lower case. One pass over the text.
 *
 * @param cleanText whether control characters go and white space becomes a space
 * @param spaceIdeographs whether CJK ideographs get spaces around them ({@code handle_chinese_chars})
 * @param stripAccents whether accents go
 * @param lowercase whether letters become lower case
 */
record BertNormalizer(boolean cleanText, boolean spaceIdeographs, boolean stripAccents, boolean lowercase)
        implements Normalizer {

    static BertNormalizer read(JsonValue json) {
        boolean lowercase = json.bool("lowercase", true);
        return new BertNormalizer(json.bool("clean_text", true), json.bool("handle_chinese_chars", true),
                json.bool("strip_accents", lowercase), lowercase);
    }

    @Override
    public void normalize(Text in, Text out) {
        char[] chars = in.array();
        int length = in.length();
        for (int i = 0; i < length;) {
            char c = chars[i];
            if (c < 0x80) {
                i++;
                ascii(c, out);
            } else {
                int codePoint = Character.codePointAt(chars, i, length);
                i += Character.charCount(codePoint);
                other(codePoint, out);
            }
        }
    }

    private void ascii(char c, Text out) {
        if (c >= ' ' && c < 0x7F) {
            out.append(lowercase && c >= 'A' && c <= 'Z' ? (char) (c + 0x20) : c);
        } else if (!cleanText) {
            out.append(c);
        } else if (c == '\t' || c == '\n' || c == '\r') {
            out.append(' ');
        }
    }

    private void other(int c, Text out) {
        if (cleanText) {
            if (c == 0xFFFD || CharacterClasses.isControl(c)) {
                return;
            }
            if (CharacterClasses.isWhitespace(c)) {
                out.append(' ');
                return;
            }
        }
        boolean spaced = spaceIdeographs && isIdeograph(c);
        if (spaced) {
            out.append(' ');
        }
        if (stripAccents) {
            withoutAccents(c, out);
        } else {
            lowered(c, out);
        }
        if (spaced) {
            out.append(' ');
        }
    }

    private void withoutAccents(int c, Text out) {
        if (Hangul.isSyllable(c)) {
            Hangul.decompose(c, out);
            return;
        }
        char[] base = Unaccented.of(c);
        if (base == Unaccented.ITSELF) {
            lowered(c, out);
            return;
        }
        for (int i = 0; i < base.length;) {
            int codePoint = Character.codePointAt(base, i);
            i += Character.charCount(codePoint);
            lowered(codePoint, out);
        }
    }

    private void lowered(int c, Text out) {
        if (lowercase) {
            Lowercase.append(c, out);
        } else {
            out.appendCodePoint(c);
        }
    }

    /** The blocks that BERT's reference code (tokenization.py) takes for Chinese characters. */
    private static boolean isIdeograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF
                || c >= 0x3400 && c <= 0x4DBF
                || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2B73F
                || c >= 0x2B740 && c <= 0x2B81F
                || c >= 0x2B920 && c <= 0x2CEAF
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x2F800 && c <= 0x2FA1F;
    }
}
