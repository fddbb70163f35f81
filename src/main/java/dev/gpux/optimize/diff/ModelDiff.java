package dev.gpux.optimize.diff;

import dev.gpux.onnx.Graph;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OperatorSet;
import dev.gpux.onnx.Property;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What differs between two models.
 *
 * @param facts the format's version, operator sets, producer, metadata
 * @param inputs inputs that a run must be given
 * @param outputs outputs
 * @param operators operators that are used more or less often
 * @param nodes nodes, those in subgraphs included
 * @param weights initialisers, those of subgraphs included
 * @param sameWeights how many initialisers are equal in both
 */
public record ModelDiff(List<Change> facts, List<Change> inputs, List<Change> outputs, List<OperatorChange> operators,
                        List<Change> nodes, List<WeightChange> weights, int sameWeights) {
    /** Keeps immutable copies. */
    public ModelDiff {
        facts = List.copyOf(facts);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = List.copyOf(operators);
        nodes = List.copyOf(nodes);
        weights = List.copyOf(weights);
    }

    /**
     * Compares two models; reads all weights.
     *
     * @throws dev.gpux.onnx.OnnxFormatException if a weight's data cannot be had
     */
    public static ModelDiff of(OnnxModel before, OnnxModel after) {
        var first = ModelSummary.of(before);
        var second = ModelSummary.of(after);
        var weights = new ArrayList<WeightChange>();
        int same = weights(initializers(before.graph()), initializers(after.graph()), weights);
        return new ModelDiff(changes(facts(before), facts(after)), changes(values(first.inputs()),
            values(second.inputs())), changes(values(first.outputs()), values(second.outputs())),
            operators(first, second), changes(nodes(before.graph()), nodes(after.graph())), weights, same);
    }

    /** Whether nothing differs. */
    public boolean isEmpty() {
        return facts.isEmpty() && inputs.isEmpty() && outputs.isEmpty() && operators.isEmpty() && nodes.isEmpty()
            && weights.isEmpty();
    }

    private static Map<String, String> facts(OnnxModel model) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("IR version", Long.toString(model.irVersion()));
        for (var set : model.opsets()) {
            facts.put("opset " + (OperatorSet.isOnnx(set.domain()) ? "ai.onnx" : set.domain()),
                Long.toString(set.version()));
        }
        facts.put("producer", (model.producerName() + " " + model.producerVersion()).strip());
        for (Property property : model.metadata()) {
            facts.put("metadata " + property.key(), property.value());
        }
        return facts;
    }

    private static Map<String, String> values(List<ValueInfo> values) {
        return byName(values, ValueInfo::name, value -> value.type().toString());
    }

    private static Map<String, String> nodes(Graph graph) {
        var nodes = new LinkedHashMap<String, String>();
        graph.forEachGraph(each -> each.nodes().forEach(node -> {
            var key = node.name().isEmpty() ? "→ " + (node.outputs().isEmpty() ? "" : node.outputs().getFirst())
                : node.name();
            // Names of nodes need not be unique; a second one of a name is told apart by its place.
            var unique = key;
            for (int i = 2; nodes.containsKey(unique); i++) {
                unique = key + " #" + i;
            }
            nodes.put(unique, text(node));
        }));
        return nodes;
    }

    private static String text(Node node) {
        var text = new StringBuilder(node.operator()).append('(').append(String.join(", ", node.inputs()))
            .append(") → ").append(String.join(", ", node.outputs()));
        node.attributes().stream().sorted((a, b) -> a.name().compareTo(b.name())).forEach(attribute ->
            text.append(' ').append(attribute.name()).append('=').append(AttributeText.of(attribute.value())));
        return text.toString();
    }

    private static Map<String, Tensor> initializers(Graph graph) {
        var tensors = new LinkedHashMap<String, Tensor>();
        graph.forEachGraph(each -> each.initializers().forEach(tensor -> tensors.putIfAbsent(tensor.name(), tensor)));
        return tensors;
    }

    private static int weights(Map<String, Tensor> before, Map<String, Tensor> after, List<WeightChange> changes) {
        int same = 0;
        for (var tensor : before.values()) {
            var other = after.get(tensor.name());
            if (other == null) {
                changes.add(WeightChange.removed(tensor));
            } else if (isSame(tensor, other)) {
                same++;
            } else {
                changes.add(WeightChange.of(tensor, other));
            }
        }
        after.values().stream().filter(tensor -> !before.containsKey(tensor.name()))
            .forEach(tensor -> changes.add(WeightChange.added(tensor)));
        return same;
    }

    /** The same elements, however they are stored. */
    private static boolean isSame(Tensor tensor, Tensor other) {
        if (tensor.dataType() != other.dataType() || !tensor.dims().equals(other.dims())) {
            return false;
        }
        return tensor.byteSize().isEmpty() ? tensor.data().equals(other.data())
            : tensor.bytes().mismatch(other.bytes()) == -1;
    }

    private static List<OperatorChange> operators(ModelSummary before, ModelSummary after) {
        var counts = new TreeMap<String, long[]>();
        before.operators().forEach(count -> counts.computeIfAbsent(name(count), _ -> new long[2])[0] += count.count());
        after.operators().forEach(count -> counts.computeIfAbsent(name(count), _ -> new long[2])[1] += count.count());
        return counts.entrySet().stream().filter(entry -> entry.getValue()[0] != entry.getValue()[1])
            .map(entry -> new OperatorChange(entry.getKey(), entry.getValue()[0], entry.getValue()[1])).toList();
    }

    private static String name(ModelSummary.OperatorCount count) {
        return count.domain().isEmpty() ? count.opType() : count.domain() + "." + count.opType();
    }

    private static <T> Map<String, String> byName(List<T> list, Function<T, String> name, Function<T, String> text) {
        var map = new LinkedHashMap<String, String>();
        list.forEach(element -> map.put(name.apply(element), text.apply(element)));
        return map;
    }

    private static List<Change> changes(Map<String, String> before, Map<String, String> after) {
        var changes = new ArrayList<Change>();
        before.forEach((name, text) -> {
            var other = after.getOrDefault(name, "");
            if (!other.equals(text)) {
                changes.add(new Change(name, text, other));
            }
        });
        after.forEach((name, text) -> {
            if (!before.containsKey(name)) {
                changes.add(new Change(name, "", text));
            }
        });
        return changes;
    }
}
