package dev.gpux.ort;

/** ORT's error codes ({@code OrtErrorCode} in {@code onnxruntime_c_api.h}), in their order. */
public enum ErrorCode {
    /** No error; never thrown. */
    OK,
    /** Anything without a code of its own. */
    FAIL,
    /** An argument is wrong: a shape, a dtype, a name. */
    INVALID_ARGUMENT,
    /** A file does not exist. */
    NO_SUCHFILE,
    /** A model is missing. */
    NO_MODEL,
    /** The engine failed. */
    ENGINE_ERROR,
    /** A run failed with an exception inside ORT, or was terminated. */
    RUNTIME_EXCEPTION,
    /** The file is not a valid protobuf. */
    INVALID_PROTOBUF,
    /** The model is loaded already. */
    MODEL_LOADED,
    /** A kernel, or a function of the C API, is not there. */
    NOT_IMPLEMENTED,
    /** The graph is not valid ONNX. */
    INVALID_GRAPH,
    /** An execution provider failed. */
    EP_FAIL,
    /** Loading was cancelled. */
    MODEL_LOAD_CANCELED,
    /** The model needs compiling first. */
    MODEL_REQUIRES_COMPILATION,
    /** Something was not found. */
    NOT_FOUND,
    /** The device was lost and must be set up again. */
    DEVICE_RESET,
    /** A code that this version of GPUX does not know. */
    UNKNOWN;

    private static final ErrorCode[] VALUES = values();

    static ErrorCode of(int code) {
        return code >= 0 && code < UNKNOWN.ordinal() ? VALUES[code] : UNKNOWN;
    }
}
