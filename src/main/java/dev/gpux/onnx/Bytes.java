package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An immutable run of bytes: a slice of the mapped file, or a copy of what the program gave. Equal by content.
 *
 * <p>A slice of a model lives as long as the model: after {@link OnnxModel#close()} every access throws
 * {@link IllegalStateException}.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(MemorySegment.ofArray(new byte[0]).asReadOnly());

    private final MemorySegment segment;

    private Bytes(MemorySegment segment) {
        this.segment = segment;
    }

    /** A view of a segment; the caller promises not to change what is in it. */
    public static Bytes view(MemorySegment segment) {
        return new Bytes(segment.asReadOnly());
    }

    /** A copy of an array. */
    public static Bytes of(byte... bytes) {
        return view(MemorySegment.ofArray(bytes.clone()));
    }

    /** The UTF-8 form of a text. */
    public static Bytes of(String text) {
        return view(MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The number of bytes. */
    public long size() {
        return segment.byteSize();
    }

    /** The bytes, read-only, not copied; no alignment is promised. */
    public MemorySegment segment() {
        return segment;
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        if (size() > Integer.MAX_VALUE - 8) {
            throw new OnnxFormatException(size() + " bytes do not fit a Java array");
        }
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    /** The bytes as text, or empty if they are not UTF-8 (attributes of custom operators may hold anything). */
    public Optional<String> text() {
        try {
            return Optional.of(Utf8.decode(toArray()));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && size() == that.size() && segment.mismatch(that.segment) == -1;
    }

    @Override
    public int hashCode() {
        // The first bytes suffice to spread; hashing gigabytes of weights would not pay.
        long head = Math.min(size(), 32);
        int hash = Long.hashCode(size());
        for (long i = 0; i < head; i++) {
            hash = 31 * hash + segment.get(ValueLayout.JAVA_BYTE, i);
        }
        return hash;
    }

    /** The text in quotes if it is short text, else the number of bytes. */
    @Override
    public String toString() {
        return size() > 256 ? size() + " bytes" : text().map(t -> '"' + t + '"').orElse(size() + " bytes");
    }
}
