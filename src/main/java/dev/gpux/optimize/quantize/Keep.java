package dev.gpux.optimize.quantize;

import dev.gpux.onnx.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which nodes stay as they are.
 *
 * @param names nodes' names, outputs, or operators; {@code *} at the end stands for anything
 */
public record Keep(Set<String> names) {
    /** None. */
    public static final Keep NONE = new Keep(Set.of());

    /** Keeps an immutable copy. */
    public Keep {
        names = Set.copyOf(names);
    }

    /** Whether a node stays as it is. */
    public boolean contains(Node node) {
        return names.stream().anyMatch(name -> matches(name, node.name()) || matches(name, node.operator())
            || node.outputs().stream().anyMatch(output -> matches(name, output)));
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*") ? name.startsWith(pattern.substring(0, pattern.length() - 1))
            : pattern.equals(name);
    }

    /** Those that stand for no node of {@code nodes}: most likely misspelt. */
    public List<String> unmatched(List<Node> nodes) {
        return names.stream().filter(name -> nodes.stream().noneMatch(node -> new Keep(Set.of(name)).contains(node)))
            .sorted().toList();
    }

    /** These and one more. */
    public Keep and(Set<String> more) {
        var all = new HashSet<>(names);
        all.addAll(more);
        return new Keep(all);
    }
}
