package dev.gpux.ort.library;

/**
 * ONNX Runtime's library cannot be had. The message says what is wrong, where, what was expected and what to do, and
 * may have several lines.
 */
public final class LibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** Nothing there: no such path, or no library in the folder or archive, or none on this machine at all. */
        NOT_FOUND,
        /** The file is not a shared library, or only the beginning of one. */
        NOT_A_LIBRARY,
        /** A library for another processor or operating system. */
        WRONG_ARCHITECTURE,
        /** A library of this machine that has no {@code OrtGetApiBase}. */
        NOT_ORT,
        /** The library could not be taken out of its archive: damaged archive, or nowhere to write. */
        UNPACK_FAILED,
        /** The system's loader refused the library, for instance because another library is missing. */
        LOAD_FAILED,
        /** The library is ONNX Runtime, but older than GPUX can use. */
        TOO_OLD
    }

    private final Kind kind;

    /** A problem in words for people. */
    public LibraryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** A problem in words for people, and what caused it. */
    public LibraryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What is wrong, for programs. */
    public Kind kind() {
        return kind;
    }
}
