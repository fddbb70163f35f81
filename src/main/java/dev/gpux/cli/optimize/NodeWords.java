package dev.gpux.cli.optimize;

import dev.gpux.onnx.Node;
import dev.gpux.optimize.Changed;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Nodes in words, counted by what they are. */
final class NodeWords {
    private NodeWords() { }

    /** {@code 2 Gather, 36 MatMul}. */
    static String operators(List<Node> nodes) {
        return nodes.stream().collect(Collectors.groupingBy(Node::operator, TreeMap::new, Collectors.counting()))
            .entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", "
                + ""));
    }

    /** What was left as it was, and why, for the end of a sentence. */
    static String kept(List<Changed.Kept> kept) {
        return kept.isEmpty() ? "" : "; left as they are: " + kept.stream().collect(Collectors.groupingBy(node ->
            node.node().operator() + " (" + node.reason() + ")", TreeMap::new,
                Collectors.counting())).entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey()).collect(Collectors.joining(", "));
    }
}
