package dev.gpux.onnx;

/**
 * A key and a value ({@code StringStringEntryProto}): metadata of a model, or one fact about external data.
 *
 * @param key the key; ONNX asks for distinct keys, files do not always obey
 * @param value the value
 */
public record Property(String key, String value) {
}
