package dev.gpux.pipeline.text;

import java.text.Normalizer.Form;

/**
 * A Unicode normalisation form. Texts that consist of characters which are the same in that form are only copied;
 * others go through the JDK's normaliser, which allocates.
 *
 * @param form which one
 */
record UnicodeForm(Form form) implements Normalizer {
    @Override
    public void normalize(Text in, Text out) {
        if (isUnchanged(in)) {
            out.append(in.array(), 0, in.length());
        } else {
            out.append(java.text.Normalizer.normalize(in, form));
        }
    }

    private boolean isUnchanged(Text text) {
        char[] chars = text.array();
        for (int i = 0; i < text.length(); i++) {
            char c = chars[i];
            if (c >= 0x80 && (form != Form.NFC || !isSettled(c))) {
                return false;
            }
        }
        return true;
    }

    /** Composed already, and composing with no other such character: the letters of most living languages. */
    private static boolean isSettled(char c) {
        return c < 0x300
                || c >= 0x388 && c <= 0x482
                || c >= 0x2010 && c <= 0x2027
                || c >= 0x3001 && c <= 0x3029
                || c >= 0x3041 && c <= 0x3096
                || c >= 0x30A1 && c <= 0x30FA
                || c >= 0x3400 && c <= 0x9FFF
                || c >= 0xAC00 && c <= 0xD7A3;
    }
}
