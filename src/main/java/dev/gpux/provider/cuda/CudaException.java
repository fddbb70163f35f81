package dev.gpux.provider.cuda;

import java.io.Serial;

/** NVIDIA's driver is not there, or refuses; the message has its name for the error. */
public final class CudaException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** A message for people. */
    public CudaException(String message) {
        super(message);
    }
}
