package dev.gpux.ort;

import java.util.List;

/**
 * A part of a model's graph and the execution provider that ORT gave it to ({@code OrtEpAssignedSubgraph}).
 *
 * @param provider the provider's name, such as {@code CUDAExecutionProvider}
 * @param nodes its nodes; several where the provider compiles them into one
 * @see Session#assignment()
 */
public record NodeAssignment(String provider, List<Node> nodes) {
    /** Keeps an immutable copy. */
    public NodeAssignment {
        nodes = List.copyOf(nodes);
    }

    /**
     * One node.
     *
     * @param name its name in the graph; may be empty
     * @param domain the operator's domain; empty for ONNX's own
     * @param operator the operator's type, such as {@code Conv}
     */
    public record Node(String name, String domain, String operator) { }
}
