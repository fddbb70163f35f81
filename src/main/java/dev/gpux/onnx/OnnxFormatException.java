package dev.gpux.onnx;

import java.util.OptionalLong;

/**
 * A file that is not the ONNX model it should be: truncated, not ONNX at all, contradictory, or asking for something
 * that this package refuses (external data outside the model's folder, absurd nesting).
 *
 * <p>The message is for people: what is wrong, where, and what was expected.
 */
public final class OnnxFormatException extends RuntimeException {
    private static final long NOWHERE = -1;

    private final long offset;

    /** An error that belongs to no particular byte of the file. */
    public OnnxFormatException(String message) {
        this(message, NOWHERE);
    }

    /** An error that another one caused, such as an I/O error while external data was mapped. */
    public OnnxFormatException(String message, Throwable cause) {
        super(message, cause);
        this.offset = NOWHERE;
    }

    OnnxFormatException(String message, long offset) {
        super(message);
        this.offset = offset;
    }

    /** The byte of the file, counted from 0, at which reading failed; empty if the error has no such place. */
    public OptionalLong offset() {
        return offset == NOWHERE ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
