package dev.gpux.ort;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What a model says of itself (ONNX {@code ModelProto}).
 *
 * @param producer the tool that made it; empty if it does not say
 * @param graphName the name of its main graph
 * @param graphDescription the documentation of its main graph
 * @param domain the namespace of the model, in reverse DNS order
 * @param description the documentation of the model
 * @param version the model's own version number, if it gives one
 * @param custom its {@code metadata_props}
 */
public record ModelMetadata(String producer, String graphName, String graphDescription, String domain,
                            String description, OptionalLong version, Map<String, String> custom) {
    /** Keeps an immutable copy. */
    public ModelMetadata {
        custom = Map.copyOf(custom);
    }
}
