package dev.gpux.optimize.graph;

import dev.gpux.onnx.AttributeValue;
import dev.gpux.onnx.Graph;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OperatorSet;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rewrites a model's graph: nodes are given one after the other, kept or replaced, and weights added on the way. Graphs
 * inside nodes stay as they are. Not thread-safe.
 */
public final class GraphEditor {
    /** From this version on weights need not be inputs. */
    private static final long WEIGHTS_ARE_CONSTANTS = 4;

    private final OnnxModel model;
    private final Set<String> names = new HashSet<>();
    private final Map<String, Tensor> constants = new HashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> added = new LinkedHashMap<>();

    /** Begins with no nodes: {@link #add(Node)} those that stay. */
    public GraphEditor(OnnxModel model) {
        this.model = model;
        model.graph().forEachGraph(graph -> {
            graph.inputs().forEach(value -> names.add(value.name()));
            graph.outputs().forEach(value -> read(value.name()));
            graph.initializers().forEach(tensor -> names.add(tensor.name()));
            for (var node : graph.nodes()) {
                names.add(node.name());
                names.addAll(node.outputs());
                node.inputs().forEach(this::read);
            }
        });
        model.graph().initializers().forEach(tensor -> constants.put(tensor.name(), tensor));
        model.graph().nodes().stream().filter(node -> node.opType().equals("Constant")).forEach(node ->
            node.attribute("value").map(attribute -> attribute.value()).ifPresent(value -> {
                if (value instanceof AttributeValue.TensorValue(var tensor) && node.outputs().size() == 1) {
                    constants.put(node.outputs().getFirst(), tensor.withName(node.outputs().getFirst()));
                }
            }));
    }

    private void read(String name) {
        names.add(name);
        readers.merge(name, 1, Integer::sum);
    }

    /** The model as it was. */
    public OnnxModel model() {
        return model;
    }

    /** The constant of this name: a weight, or what a {@code Constant} node of the main graph makes. */
    public Optional<Tensor> constant(String name) {
        return Optional.ofNullable(constants.get(name));
    }

    /** How many nodes and outputs read a value of the graph as it was, those in graphs inside nodes included. */
    public int readers(String name) {
        return readers.getOrDefault(name, 0);
    }

    /** A name like {@code wanted} that nothing has yet, and that is taken from now on. */
    public String fresh(String wanted) {
        var name = wanted;
        for (int i = 1; !names.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }

    /** Adds a node at the end. */
    public void add(Node node) {
        nodes.add(node);
    }

    /**
     * Adds a node of ONNX's own domain with one output.
     *
     * @param output what to call the output, as a wish
     * @return the output's name
     */
    public String add(String opType, List<String> inputs, String output) {
        return add("", opType, inputs, output);
    }

    /** As above, with an operator of a domain. */
    public String add(String domain, String opType, List<String> inputs, String output) {
        var name = fresh(output);
        add(Node.of(opType, inputs, List.of(name)).withDomain(domain).withName(name));
        return name;
    }

    /** Adds a weight under a name like its own, and returns that name. */
    public String add(Tensor weight) {
        var name = fresh(weight.name());
        added.put(name, weight.withName(name));
        return name;
    }

    /** The model with the nodes given, and those weights that they still read. */
    public OnnxModel build() {
        var graph = model.graph();
        var used = new HashSet<String>();
        var kept = withoutUnreadConstants(used);
        var initializers = new ArrayList<Tensor>();
        graph.initializers().stream().filter(tensor -> used.contains(tensor.name())).forEach(initializers::add);
        added.values().stream().filter(tensor -> used.contains(tensor.name())).forEach(initializers::add);
        var weights = new HashSet<String>();
        graph.initializers().forEach(tensor -> weights.add(tensor.name()));
        var made = new HashSet<String>();
        kept.forEach(node -> made.addAll(node.outputs()));
        var inputs = graph.inputs().stream().filter(input -> !weights.contains(input.name())).toList();
        var changed = new Graph(graph.name(), kept, initializers, graph.sparseInitializers(), inputs, graph.outputs(),
            known(graph.valueInfos(), made), graph.docString(), graph.metadata(), graph.unknown());
        return model.withGraph(changed).withIrVersion(Math.max(model.irVersion(), WEIGHTS_ARE_CONSTANTS));
    }

    private List<Node> withoutUnreadConstants(Set<String> used) {
        model.graph().outputs().forEach(output -> used.add(output.name()));
        for (var node : nodes) {
            used.addAll(node.inputs());
            node.subgraphs().forEach(inner -> inner.forEachGraph(each -> {
                each.nodes().forEach(innermost -> used.addAll(innermost.inputs()));
                each.outputs().forEach(output -> used.add(output.name()));
            }));
        }
        return nodes.stream().filter(node -> !node.opType().equals("Constant") || !OperatorSet.isOnnx(node.domain())
            || node.outputs().stream().anyMatch(used::contains)).toList();
    }

    private static List<ValueInfo> known(List<ValueInfo> values, Set<String> made) {
        return values.stream().filter(value -> made.contains(value.name())).toList();
    }

    /** A model with an operator set of at least this version; one that has none of this domain gets it. */
    public static OnnxModel requireOpset(OnnxModel model, String domain, long version) {
        var sets = new ArrayList<>(model.opsets());
        if (model.opset(domain).isEmpty()) {
            sets.add(new OperatorSet(domain, version));
        }
        return model.withOpsets(sets);
    }
}
