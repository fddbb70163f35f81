package dev.gpux.server.model;

import dev.gpux.ort.ErrorCode;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.TensorException;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.memory.MemoryException;
import dev.gpux.tensorio.TensorFormatException;

/** What the failure of a run means to the client. */
final class Failures {
    private Failures() { }

    static RuntimeException of(Throwable e) {
        return switch (e) {
            case HttpException http -> http;
            case MemoryException memory -> memory;
            case TensorException tensor -> new HttpException(400, tensor.getMessage());
            case TensorFormatException format -> new HttpException(400, format.getMessage());
            case PipelineException pipeline -> new HttpException(400, pipeline.getMessage());
            case OrtException ort when ort.code() == ErrorCode.INVALID_ARGUMENT ->
                new HttpException(400, "the model refuses the input: " + ort.getMessage());
            case OrtException ort -> new HttpException(500, "the model failed: " + ort.getMessage());
            case RuntimeException other -> other;
            default -> new IllegalStateException(e);
        };
    }
}
