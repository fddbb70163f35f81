package dev.gpux.pipeline.text;

/** Words between white space; every punctuation character is a piece of its own. */
record BertPreTokenizer() implements PreTokenizer {
    @Override
    public void cut(char[] chars, int from, int to, boolean first, Pieces out) {
        Text text = out.text();
        for (int i = from; i < to;) {
            int c = Character.codePointAt(chars, i, to);
            i += Character.charCount(c);
            if (CharacterClasses.isWhitespace(c)) {
                out.cut();
            } else if (CharacterClasses.isPunctuation(c)) {
                out.cut();
                text.appendCodePoint(c);
                out.cut();
            } else {
                text.appendCodePoint(c);
            }
        }
        out.cut();
    }
}
