package dev.gpux.engine;

import dev.gpux.ort.ValueType.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What a step can read at its place in a pipeline: the names, and the types as far as they are known before any run. */
final class Flow {
    private final SequencedMap<String, Optional<TensorType>> values = new LinkedHashMap<>();

    void add(String name, Optional<TensorType> type) {
        values.put(name, type);
    }

    void remove(String name) {
        values.remove(name);
    }

    List<String> names() {
        return List.copyOf(values.keySet());
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    Optional<TensorType> type(String name) {
        return values.getOrDefault(name, Optional.empty());
    }
}
