package dev.gpux.cli.inspect;

import dev.gpux.onnx.Dim;
import dev.gpux.onnx.Graph;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a run needs at least: the weights, and the largest sum of values that are needed at the same time, when nodes run
 * in the order of the file and a value is freed behind its last reader. A runtime takes more: packed weights, scratch
 * memory, arenas. Open dimensions count as 1. Values inside of subgraphs are not counted.
 *
 * @param weights bytes of all initialisers
 * @param values bytes of inputs, intermediate values and outputs at the worst moment
 * @param unknown how many values have no shape in the file and count as nothing
 * @param total how many values there are
 */
record MemoryEstimate(long weights, long values, long unknown, long total) {
    /** Of a model. */
    static MemoryEstimate of(OnnxModel model, ModelSummary summary) {
        return new Walk(model.graph()).estimate(summary.weightBytes());
    }

    private static final class Walk {
        private final Graph graph;
        private final Map<String, ValueType> types = new HashMap<>();
        private final Map<String, Integer> lastReader = new HashMap<>();
        private final Set<String> weights = new HashSet<>();
        private final Map<String, Long> live = new HashMap<>();
        private long now;
        private long peak;
        private long unknown;
        private long total;

        Walk(Graph graph) {
            this.graph = graph;
            for (var infos : List.of(graph.valueInfos(), graph.outputs(), graph.inputs())) {
                infos.forEach(info -> types.put(info.name(), info.type()));
            }
            graph.initializers().forEach(tensor -> weights.add(tensor.name()));
            for (int i = 0; i < graph.nodes().size(); i++) {
                for (var input : graph.nodes().get(i).inputs()) {
                    lastReader.put(input, i);
                }
            }
            // The inputs and outputs are the caller's, and when subgraphs read is hard to say: they live to the end.
            graph.inputs().forEach(input -> lastReader.put(input.name(), Integer.MAX_VALUE));
            graph.outputs().forEach(output -> lastReader.put(output.name(), Integer.MAX_VALUE));
            graph.nodes().forEach(node -> node.subgraphs().forEach(inner -> inner.forEachGraph(deeper ->
                deeper.nodes().forEach(reader -> reader.inputs().forEach(input ->
                    lastReader.put(input, Integer.MAX_VALUE))))));
        }

        MemoryEstimate estimate(long weightBytes) {
            graph.inputs().stream().map(ValueInfo::name).filter(name -> !weights.contains(name)).forEach(this::born);
            peak = now;
            for (int i = 0; i < graph.nodes().size(); i++) {
                var node = graph.nodes().get(i);
                node.outputs().stream().filter(name -> !name.isEmpty()).forEach(this::born);
                peak = Math.max(peak, now);
                for (var input : node.inputs()) {
                    if (lastReader.getOrDefault(input, 0) == i) {
                        now -= live.getOrDefault(input, 0L);
                        live.remove(input);
                    }
                }
            }
            return new MemoryEstimate(weightBytes, peak, unknown, total);
        }

        private void born(String name) {
            total++;
            var bytes = types.containsKey(name) ? bytes(types.get(name)) : OptionalLong.empty();
            if (bytes.isEmpty()) {
                unknown++;
            } else if (live.putIfAbsent(name, bytes.getAsLong()) == null) {
                now = saturated(now, bytes.getAsLong());
            }
        }

        private static OptionalLong bytes(ValueType type) {
            if (!(type instanceof ValueType.TensorType tensor) || tensor.shape().isEmpty()) {
                return OptionalLong.empty();
            }
            long elements = 1;
            for (var dim : tensor.shape().get()) {
                long size = dim instanceof Dim.Fixed fixed ? fixed.size() : 1;
                if (size < 0 || Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
                    return OptionalLong.empty();
                }
                elements *= size;
            }
            long count = elements;
            return OnnxDataType.of(tensor.elementType()).map(known -> known.byteSize(count))
                .orElse(OptionalLong.empty());
        }

        private static long saturated(long one, long other) {
            long sum = one + other;
            return sum < 0 ? Long.MAX_VALUE : sum;
        }
    }
}
