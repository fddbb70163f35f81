package dev.gpux.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The values that a node can see: those of its graph made so far, and those of the graphs around it.
 *
 * <p>A value that a later node of some graph makes is seen, too, and that graph remembers that its nodes are not in
 * order.
 */
final class Scope {
    private final Optional<Scope> outer;
    private final Set<String> names = new HashSet<>();
    private final Map<String, List<Dim>> shapes = new HashMap<>();
    private Set<String> later = Set.of();
    private boolean sorted = true;

    Scope(Optional<Scope> outer) {
        this.outer = outer;
    }

    /** Says what shape the file declares for a value of this graph. */
    void declare(String name, List<Dim> shape) {
        shapes.put(name, shape);
    }

    /** The shape that the file declares for a value, in this graph or one around it. */
    Optional<List<Dim>> shape(String name) {
        var shape = Optional.ofNullable(shapes.get(name));
        return shape.isPresent() || outer.isEmpty() ? shape : outer.get().shape(name);
    }

    /** Says which names the nodes of this graph are going to make. */
    void expect(Set<String> outputs) {
        later = outputs;
    }

    /** Adds a name; false if this graph has it already. */
    boolean add(String name) {
        return names.add(name);
    }

    boolean sees(String name) {
        if (names.contains(name)) {
            return true;
        }
        if (later.contains(name)) {
            sorted = false;
            return true;
        }
        return outer.isPresent() && outer.get().sees(name);
    }

    /** Whether a graph around this one has made a value of that name already. */
    boolean hides(String name) {
        return outer.isPresent() && (outer.get().names.contains(name) || outer.get().hides(name));
    }

    boolean isSorted() {
        return sorted;
    }
}
