package dev.gpux.pipeline.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.BreakIterator;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * SentencePiece's compiled normalisation rules ({@code precompiled_charsmap}): a double-array trie (Darts-clone) over
 * UTF-8, whose values point into a pool of zero-terminated replacements. As in the reference, a rule is looked for
 * from the beginning of each grapheme cluster of fewer than six bytes, which it then replaces as a whole, else per
 * character.
 */
final class CharsMap implements Normalizer {
    private static final int LONG_CLUSTER_BYTES = 6;
    private static final int NONE = -1;

    private final int[] units;
    private final String pool;
    /** Where a byte of the pool begins a character of {@link #pool}; {@link #NONE} within one. */
    private final int[] charOfByte;
    private final boolean[] unchangedAscii = new boolean[0x80];

    private CharsMap(int[] units, String pool) {
        this.units = units;
        this.pool = pool;
        this.charOfByte = charOfByte(pool);
        char[] one = new char[1];
        for (one[0] = 0; one[0] < unchangedAscii.length; one[0]++) {
            unchangedAscii[one[0]] = find(one, 0, 1) == NONE;
        }
    }

    static CharsMap read(JsonValue json) {
        ByteBuffer data;
        try {
            data = ByteBuffer.wrap(Base64.getDecoder().decode(json.asString())).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            throw json.error("is not Base64: " + e.getMessage());
        }
        int trieBytes = data.remaining() < Integer.BYTES ? NONE : data.getInt();
        if (trieBytes <= 0 || trieBytes % Integer.BYTES != 0 || trieBytes > data.remaining()) {
            throw json.error("is not a compiled character map: its trie has " + trieBytes + " bytes of "
                    + data.remaining());
        }
        int[] units = new int[trieBytes / Integer.BYTES];
        data.asIntBuffer().get(units);
        data.position(data.position() + trieBytes);
        try {
            return new CharsMap(units, StandardCharsets.UTF_8.newDecoder().decode(data).toString());
        } catch (CharacterCodingException e) {
            throw json.error("is not a compiled character map: its replacements are not UTF-8");
        }
    }

    private static int[] charOfByte(String pool) {
        int bytes = 0;
        for (int i = 0; i < pool.length();) {
            int c = pool.codePointAt(i);
            i += Character.charCount(c);
            bytes += Utf8.bytes(c);
        }
        int[] index = new int[bytes];
        Arrays.fill(index, NONE);
        for (int i = 0, at = 0; i < pool.length();) {
            int c = pool.codePointAt(i);
            index[at] = i;
            i += Character.charCount(c);
            at += Utf8.bytes(c);
        }
        return index;
    }

    @Override
    public void normalize(Text in, Text out) {
        char[] chars = in.array();
        int length = in.length();
        for (int i = 0; i < length;) {
            int end = i + 1;
            while (end < length && !(standsAlone(chars[end - 1]) && standsAlone(chars[end]))) {
                end++;
            }
            if (end == i + 1 && standsAlone(chars[i])) {
                character(chars, i, end, out);
            } else {
                clusters(chars, i, end, out);
            }
            i = end;
        }
    }

    /** Whether there is a boundary of grapheme clusters between this character and any other of this kind. */
    private static boolean standsAlone(char c) {
        return c < 0x300 && c != '\r'
                || c >= 0x370 && c <= 0x482
                || c >= 0x48A && c <= 0x52F
                || c >= 0x1E00 && c <= 0x1FFF
                || c >= 0x2010 && c <= 0x2027
                || c >= 0x3001 && c <= 0x3029
                || c >= 0x3041 && c <= 0x3096
                || c >= 0x30A0 && c <= 0x30FF
                || c >= 0x3400 && c <= 0x9FFF
                || c >= 0xAC00 && c <= 0xD7A3;
    }

    private void clusters(char[] chars, int from, int to, Text out) {
        BreakIterator boundaries = BreakIterator.getCharacterInstance(Locale.ROOT);
        boundaries.setText(new String(chars, from, to - from));
        int start = boundaries.first();
        for (int end = boundaries.next(); end != BreakIterator.DONE; end = boundaries.next()) {
            cluster(chars, from + start, from + end, out);
            start = end;
        }
    }

    private void cluster(char[] chars, int from, int to, Text out) {
        if (isShort(chars, from, to)) {
            int replacement = find(chars, from, to);
            if (replacement != NONE) {
                appendReplacement(replacement, out);
                return;
            }
        }
        for (int i = from; i < to;) {
            int end = i + Character.charCount(Character.codePointAt(chars, i, to));
            character(chars, i, end, out);
            i = end;
        }
    }

    private static boolean isShort(char[] chars, int from, int to) {
        int bytes = 0;
        for (int i = from; i < to && bytes < LONG_CLUSTER_BYTES;) {
            int c = Character.codePointAt(chars, i, to);
            i += Character.charCount(c);
            bytes += Utf8.bytes(c);
        }
        return bytes < LONG_CLUSTER_BYTES;
    }

    private void character(char[] chars, int from, int to, Text out) {
        char c = chars[from];
        int replacement = c < unchangedAscii.length && unchangedAscii[c] ? NONE : find(chars, from, to);
        if (replacement == NONE) {
            out.append(chars, from, to);
        } else {
            appendReplacement(replacement, out);
        }
    }

    private void appendReplacement(int from, Text out) {
        for (int i = from; i < pool.length() && pool.charAt(i) != 0; i++) {
            out.append(pool.charAt(i));
        }
    }

    /** Where in the pool the replacement for the shortest known prefix begins, or {@link #NONE}. */
    private int find(char[] chars, int from, int to) {
        int node = offset(units[0]);
        for (int i = from; i < to;) {
            int c = Character.codePointAt(chars, i, to);
            i += Character.charCount(c);
            int bytes = Utf8.bytes(c);
            for (int b = 0; b < bytes; b++) {
                int label = Utf8.at(c, bytes, b);
                node ^= label;
                if (label == 0 || !isUnit(node) || label(units[node]) != label) {
                    return NONE;
                }
                boolean leaf = hasLeaf(units[node]);
                node ^= offset(units[node]);
                if (leaf) {
                    return isUnit(node) ? replacement(value(units[node])) : NONE;
                }
            }
        }
        return NONE;
    }

    private int replacement(int index) {
        return index < charOfByte.length ? charOfByte[index] : NONE;
    }

    // A file may point anywhere.
    private boolean isUnit(int node) {
        return node >= 0 && node < units.length;
    }

    // The layout of a unit is that of Darts-clone: bits 0 to 7 label, 8 leaf, 9 and 10 to 30 offset, 31 value.

    private static boolean hasLeaf(int unit) {
        return (unit >>> 8 & 1) == 1;
    }

    private static int value(int unit) {
        return unit & Integer.MAX_VALUE;
    }

    private static int label(int unit) {
        return unit & (1 << 31 | 0xFF);
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }
}
