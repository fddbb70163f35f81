package dev.gpux.ort;

/**
 * A named input or output of a model (ONNX {@code ValueInfoProto}).
 *
 * @param name its name in the graph
 * @param type its declared type
 */
public record ValueInfo(String name, ValueType type) {
    /** {@code name: float32[batch, 3, 224, 224]}. */
    @Override
    public String toString() {
        return name + ": " + type;
    }
}
