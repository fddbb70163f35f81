package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** A file of text as one string. */
final class TextFormat {
    private TextFormat() { }

    /** One string: the whole file but for a byte order mark and the last line's end. */
    static Tensor read(Arena arena, MemorySegment file, ValueInfo expected) {
        var type = Declared.tensor(expected, "a .txt file");
        if (type.elementType() != ElementType.STRING) {
            throw new TensorFormatException("a .txt file is one text, and '" + expected.name() + "' is " + type
                + "; give numbers as .json, .npy or .bin");
        }
        var shape = new long[type.dimensions().size()];
        Arrays.fill(shape, 1);
        Declared.requireShape(expected, type, Shape.of(shape), "one text");
        Texts.requireBytes(file.byteSize());
        var text = Texts.decode(file.toArray(JAVA_BYTE));
        int from = text.startsWith("\uFEFF") ? 1 : 0;
        int to = text.length();
        if (to > from && text.charAt(to - 1) == '\n') {
            to--;
            if (to > from && text.charAt(to - 1) == '\r') {
                to--;
            }
        }
        return Tensor.ofStrings(arena, List.of(text.substring(from, to)), shape);
    }
}
