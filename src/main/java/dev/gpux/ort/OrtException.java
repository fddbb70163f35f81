package dev.gpux.ort;

import java.io.Serial;

/** ONNX Runtime refused or failed; the message is ORT's own, the code its {@code OrtErrorCode}. */
public final class OrtException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    OrtException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** What kind of failure ORT calls it. */
    public ErrorCode code() {
        return code;
    }
}
