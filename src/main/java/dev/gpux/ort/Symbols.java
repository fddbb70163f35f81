package dev.gpux.ort;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The sizes that the inputs of one run give to a model's named dimensions. */
final class Symbols {
    private final Map<String, Long> sizes = new HashMap<>();

    /** Learns what the names stand for in an input of this shape. */
    void learn(ValueType.TensorType type, Shape shape) {
        for (int i = 0; i < Math.min(type.dimensions().size(), shape.rank()); i++) {
            long size = shape.size(i);
            type.dimensions().get(i).symbol().ifPresent(symbol -> sizes.put(symbol, size));
        }
    }

    /** The declared shape with the inputs' sizes put in; nothing if a dimension stays open. */
    Optional<Shape> resolve(ValueType.TensorType type) {
        if (type.dimensions().isEmpty()) {
            // A scalar, or a model that does not say: ORT will.
            return Optional.empty();
        }
        var resolved = new long[type.dimensions().size()];
        for (int i = 0; i < resolved.length; i++) {
            var dimension = type.dimensions().get(i);
            var size = dimension.isFixed() ? Optional.of(dimension.size()) : dimension.symbol().map(sizes::get);
            if (size.isEmpty()) {
                return Optional.empty();
            }
            resolved[i] = size.get();
        }
        return Optional.of(Shape.of(resolved));
    }
}
