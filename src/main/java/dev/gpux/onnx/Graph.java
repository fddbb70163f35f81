package dev.gpux.onnx;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Nodes, the weights they use and the values that go in and out ({@code GraphProto}).
 *
 * @param name its name
 * @param nodes in an order in which they can run
 * @param initializers the weights; one with the name of an input is that input's default
 * @param sparseInitializers weights that are mostly zero
 * @param inputs the inputs; in old files the initialisers, too
 * @param outputs the outputs
 * @param valueInfos declared types of values in between
 * @param docString a text for people
 * @param metadata further facts
 * @param unknown fields without a name here
 */
public record Graph(String name, List<Node> nodes, List<Tensor> initializers, List<SparseTensor> sparseInitializers,
                    List<ValueInfo> inputs, List<ValueInfo> outputs, List<ValueInfo> valueInfos, String docString,
                    List<Property> metadata, UnknownFields unknown) {
    /** Copies the lists. */
    public Graph {
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        sparseInitializers = List.copyOf(sparseInitializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        valueInfos = List.copyOf(valueInfos);
        metadata = List.copyOf(metadata);
    }

    /** The same graph with other nodes. */
    public Graph withNodes(List<Node> newNodes) {
        return new Graph(name, newNodes, initializers, sparseInitializers, inputs, outputs, valueInfos, docString,
            metadata, unknown);
    }

    /** The same graph with other weights. */
    public Graph withInitializers(List<Tensor> newInitializers) {
        return new Graph(name, nodes, newInitializers, sparseInitializers, inputs, outputs, valueInfos, docString,
            metadata, unknown);
    }

    /** The same graph with other inputs. */
    public Graph withInputs(List<ValueInfo> newInputs) {
        return new Graph(name, nodes, initializers, sparseInitializers, newInputs, outputs, valueInfos, docString,
            metadata, unknown);
    }

    /** The same graph with other outputs. */
    public Graph withOutputs(List<ValueInfo> newOutputs) {
        return new Graph(name, nodes, initializers, sparseInitializers, inputs, newOutputs, valueInfos, docString,
            metadata, unknown);
    }

    /** The same graph with other declared types of the values in between. */
    public Graph withValueInfos(List<ValueInfo> newValueInfos) {
        return new Graph(name, nodes, initializers, sparseInitializers, inputs, outputs, newValueInfos, docString,
            metadata, unknown);
    }

    /** The initialiser with that name. */
    public Optional<Tensor> initializer(String initializerName) {
        for (var tensor : initializers) {
            if (tensor.name().equals(initializerName)) {
                return Optional.of(tensor);
            }
        }
        return Optional.empty();
    }

    /** Visits this graph and then all graphs inside its nodes, outermost first. */
    public void forEachGraph(Consumer<Graph> visitor) {
        visitor.accept(this);
        for (var node : nodes) {
            for (var subgraph : node.subgraphs()) {
                subgraph.forEachGraph(visitor);
            }
        }
    }

    /** A graph with every graph inside its nodes replaced, innermost first, and then itself. */
    public Graph mapGraphs(UnaryOperator<Graph> change) {
        return change.apply(withNodes(nodes.stream().map(node -> mapNode(node, change)).toList()));
    }

    private static Node mapNode(Node node, UnaryOperator<Graph> change) {
        return node.subgraphs().isEmpty() ? node : node.withAttributes(node.attributes().stream()
            .map(attribute -> switch (attribute.value()) {
                case AttributeValue.GraphValue(var graph) ->
                    attribute.withValue(new AttributeValue.GraphValue(graph.mapGraphs(change)));
                case AttributeValue.GraphsValue(var graphs) -> attribute.withValue(
                    new AttributeValue.GraphsValue(graphs.stream().map(g -> g.mapGraphs(change)).toList()));
                default -> attribute;
            })
            .toList());
    }

    /** The name and the number of nodes. */
    @Override
    public String toString() {
        return "graph " + Names.quote(name) + " of " + nodes.size() + " nodes";
    }
}
