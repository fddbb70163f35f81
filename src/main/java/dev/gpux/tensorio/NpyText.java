package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** NumPy's arrays of text: items of one width, filled up with NULs; {@code U} is UTF-32, {@code S} bytes. */
final class NpyText {
    private NpyText() { }

    /** The strings in row-major {@code items}; {@code S} is read as UTF-8. */
    static List<String> decode(MemorySegment items, NpyType type, long count) {
        Texts.requireCount(count);
        Texts.requireBytes(items.byteSize());
        var strings = new ArrayList<String>((int) count);
        for (int i = 0; i < count; i++) {
            var item = items.asSlice((long) i * type.itemSize(), type.itemSize());
            try {
                strings.add(type.kind() == 'U' ? utf32(item, type) : bytes(item));
            } catch (TensorFormatException e) {
                throw e.inside("element " + i);
            }
        }
        return strings;
    }

    private static String utf32(MemorySegment item, NpyType type) {
        var unit = JAVA_INT_UNALIGNED.withOrder(type.order());
        int length = type.itemSize() / 4;
        while (length > 0 && item.get(unit, (length - 1) * 4L) == 0) {
            length--;
        }
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            int character = item.get(unit, i * 4L);
            if (!Character.isValidCodePoint(character)) {
                throw new TensorFormatException("0x" + Integer.toHexString(character) + " is no Unicode character");
            }
            text.appendCodePoint(character);
        }
        return Texts.storable(text.toString());
    }

    private static String bytes(MemorySegment item) {
        long length = item.byteSize();
        while (length > 0 && item.get(JAVA_BYTE, length - 1) == 0) {
            length--;
        }
        return Texts.decode(item.asSlice(0, length).toArray(JAVA_BYTE));
    }

    /** The narrowest type that holds all of {@code strings}. */
    static NpyType typeOf(List<String> strings) {
        int width = 1;
        for (var string : strings) {
            width = Math.max(width, string.codePointCount(0, string.length()));
        }
        return new NpyType(java.nio.ByteOrder.nativeOrder(), 'U', Math.multiplyExact(4, width));
    }

    /** Writes {@code string} as one item, filled up with NULs. */
    static void encode(String string, MemorySegment item) {
        item.fill((byte) 0);
        long at = 0;
        for (int i = 0; i < string.length(); i += Character.charCount(string.codePointAt(i)), at += 4) {
            item.set(JAVA_INT_UNALIGNED, at, string.codePointAt(i));
        }
    }
}
