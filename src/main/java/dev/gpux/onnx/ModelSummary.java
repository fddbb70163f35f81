package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The facts about a model that a person asks for first. Reads the structure only, no weight.
 *
 * @param fileSize the size of the model file in bytes, without external data; 0 for a model built in code
 * @param irVersion the version of the file format
 * @param opsets the operator sets it uses
 * @param producerName the tool that wrote it
 * @param producerVersion the version of that tool
 * @param domain the namespace of the model
 * @param modelVersion the author's version
 * @param docString a text for people
 * @param metadata further facts
 * @param inputs what a run must be given: the inputs that are not initialisers
 * @param outputs what a run gives
 * @param nodes the number of nodes, those of subgraphs and functions included
 * @param operators how often each operator is used, subgraphs and functions included, most frequent first
 * @param functions the operators that the model defines itself
 * @param initializers the number of initialisers, sparse ones and those of subgraphs included
 * @param weights the initialisers by element type, most bytes first; of sparse ones the stored values
 * @param constants tensors in attributes (mostly of {@code Constant} nodes) by element type, most bytes first
 * @param externalFiles the files with external data, by location
 */
public record ModelSummary(long fileSize, long irVersion, List<OperatorSet> opsets, String producerName,
                           String producerVersion, String domain, long modelVersion, String docString,
                           List<Property> metadata, List<ValueInfo> inputs, List<ValueInfo> outputs, long nodes,
                           List<OperatorCount> operators, List<String> functions, long initializers,
                           List<TypeTotal> weights, List<TypeTotal> constants, List<ExternalFile> externalFiles) {
    /**
     * How often an operator is used.
     *
     * @param domain its domain; empty is ONNX's own
     * @param opType its name
     * @param count the number of nodes
     */
    public record OperatorCount(String domain, String opType, long count) {
    }

    /**
     * Tensors of one element type.
     *
     * @param type the type as people write it
     * @param tensors how many there are
     * @param elements the number of elements of all of them; tensors with an absurd shape count as empty
     * @param bytes their size in bytes; 0 for strings
     */
    public record TypeTotal(String type, long tensors, long elements, long bytes) {
    }

    /**
     * A file with external data.
     *
     * @param location its path as the model gives it
     * @param tensors how many weights are in it
     * @param bytes how many of its bytes they take
     */
    public record ExternalFile(String location, long tensors, long bytes) {
    }

    /** The facts about a model. */
    public static ModelSummary of(OnnxModel model) {
        var counts = new Counter();
        counts.add(model.graph());
        for (var function : model.functions()) {
            counts.add(function.nodes());
        }
        return new ModelSummary(model.fileSize(), model.irVersion(), model.opsets(), model.producerName(),
            model.producerVersion(), model.domain(), model.modelVersion(), model.docString(), model.metadata(),
            realInputs(model.graph()), model.graph().outputs(), counts.nodes, counts.operators(),
            model.functions().stream().map(LocalFunction::operator).toList(), counts.initializers,
            Counter.byBytes(counts.weights), Counter.byBytes(counts.constants),
            List.copyOf(counts.external.values()));
    }

    /** The number of weights in the sense of "a model of 22 million parameters": all elements of initialisers. */
    public long parameters() {
        return weights.stream().mapToLong(TypeTotal::elements).reduce(0, ModelSummary::sum);
    }

    /** The bytes of all initialisers. */
    public long weightBytes() {
        return weights.stream().mapToLong(TypeTotal::bytes).reduce(0, ModelSummary::sum);
    }

    /** Files up to IR version 3 list every initialiser as an input, too; nobody has to give those. */
    private static List<ValueInfo> realInputs(Graph graph) {
        var defaults = graph.initializers().stream().map(Tensor::name).collect(Collectors.toCollection(HashSet::new));
        graph.sparseInitializers().forEach(tensor -> defaults.add(tensor.name()));
        return graph.inputs().stream().filter(input -> !defaults.contains(input.name())).toList();
    }

    /** A hostile file may declare more bytes than 64 bits can count. */
    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** Adds up while it walks through graphs. */
    private static final class Counter {
        private final Map<OperatorCount, Long> operators = new HashMap<>();
        private final Map<String, TypeTotal> weights = new HashMap<>();
        private final Map<String, TypeTotal> constants = new HashMap<>();
        private final Map<String, ExternalFile> external = new TreeMap<>();
        private long nodes;
        private long initializers;

        void add(Graph graph) {
            for (var tensor : graph.initializers()) {
                initializers++;
                add(weights, tensor);
            }
            for (var tensor : graph.sparseInitializers()) {
                initializers++;
                add(weights, tensor.values());
            }
            add(graph.nodes());
        }

        void add(List<Node> list) {
            for (var node : list) {
                nodes++;
                operators.merge(new OperatorCount(OperatorSet.canonical(node.domain()), node.opType(), 0), 1L,
                    Long::sum);
                for (var attribute : node.attributes()) {
                    switch (attribute.value()) {
                        case AttributeValue.GraphValue(var graph) -> add(graph);
                        case AttributeValue.GraphsValue(var graphs) -> graphs.forEach(this::add);
                        case AttributeValue.TensorValue(var tensor) -> add(constants, tensor);
                        case AttributeValue.TensorsValue(var tensors) -> tensors.forEach(t -> add(constants, t));
                        case AttributeValue.SparseTensorValue(var sparse) -> add(constants, sparse.values());
                        default -> { }
                    }
                }
            }
        }

        private void add(Map<String, TypeTotal> totals, Tensor tensor) {
            var type = OnnxDataType.labelOf(tensor.dataType());
            long bytes = tensor.byteSize().orElse(0);
            // A shape without bytes, such as one that overflows, is not to be believed; strings have elements only.
            long elements = bytes > 0 || tensor.dataType() == OnnxDataType.STRING.number()
                ? tensor.elementCount().orElse(0) : 0;
            totals.merge(type, new TypeTotal(type, 1, elements, bytes), (a, b) -> new TypeTotal(type,
                a.tensors() + b.tensors(), sum(a.elements(), b.elements()), sum(a.bytes(), b.bytes())));
            if (tensor.data() instanceof TensorData.External data) {
                var location = data.locationIfGiven().orElse("");
                external.merge(location, new ExternalFile(location, 1, bytes), (a, b) -> new ExternalFile(location,
                    a.tensors() + b.tensors(), sum(a.bytes(), b.bytes())));
            }
        }

        List<OperatorCount> operators() {
            var list = new ArrayList<OperatorCount>();
            operators.forEach((key, count) -> list.add(new OperatorCount(key.domain(), key.opType(), count)));
            list.sort(Comparator.comparingLong(OperatorCount::count).reversed()
                .thenComparing(OperatorCount::domain).thenComparing(OperatorCount::opType));
            return List.copyOf(list);
        }

        static List<TypeTotal> byBytes(Map<String, TypeTotal> totals) {
            return totals.values().stream()
                .sorted(Comparator.comparingLong(TypeTotal::bytes).reversed().thenComparing(TypeTotal::type)).toList();
        }
    }
}
