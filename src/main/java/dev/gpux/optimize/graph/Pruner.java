package dev.gpux.optimize.graph;

import dev.gpux.onnx.Graph;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.OptimizeException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Drops what no output needs. */
public final class Pruner {
    private Pruner() { }

    /**
     * A model without some outputs, and without the nodes and weights that nothing needs then. Inputs stay.
     *
     * @param outputs the outputs to drop; maybe none
     * @throws OptimizeException if one is unknown, or none is left
     */
    public static OnnxModel prune(OnnxModel model, Set<String> outputs) {
        var graph = model.graph();
        var names = graph.outputs().stream().map(output -> output.name()).toList();
        outputs.stream().filter(output -> !names.contains(output)).findFirst().ifPresent(output -> {
            throw new OptimizeException("no output is named '" + output + "'; there are " + String.join(", ", names));
        });
        var left = graph.outputs().stream().filter(output -> !outputs.contains(output.name())).toList();
        if (left.isEmpty()) {
            throw new OptimizeException("a model needs an output; there are only " + String.join(", ", names));
        }
        var editor = new GraphEditor(model.withGraph(graph.withOutputs(left)));
        needed(graph.withOutputs(left)).forEach(editor::add);
        return editor.build();
    }

    private static List<Node> needed(Graph graph) {
        var wanted = new HashSet<String>();
        graph.outputs().forEach(output -> wanted.add(output.name()));
        var needed = new HashSet<Node>();
        // Nodes stand behind those that they read from, so one way backwards sees all.
        for (var node : graph.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(wanted::contains)) {
                needed.add(node);
                wanted.addAll(node.inputs());
                node.subgraphs().forEach(inner -> inner.forEachGraph(each -> {
                    each.nodes().forEach(innermost -> wanted.addAll(innermost.inputs()));
                    each.outputs().forEach(output -> wanted.add(output.name()));
                }));
            }
        }
        return graph.nodes().stream().filter(needed::contains).toList();
    }
}
