package dev.gpux.optimize.lint;

import dev.gpux.onnx.AttributeValue;
import dev.gpux.onnx.Dim;
import dev.gpux.onnx.Graph;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.TensorData;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What will hurt a model that is not broken. Reads the structure, and those weights that might be twice in the file.
 *
 * @param remarks what was found, in the order of the rules
 */
public record Lint(List<Remark> remarks) {
    /** From this size on a constant or a second copy of one is worth a word, in bytes. */
    private static final long LARGE = 1 << 20;

    /** From this size on a model without a side file is close to protobuf's limit, in bytes. */
    private static final long NEARLY_TOO_LARGE = 3L << 29;

    /** Operators of older sets lack kernels on many providers. */
    private static final long OLDEST_GOOD_OPSET = 11;

    /** Keeps an immutable copy. */
    public Lint {
        remarks = List.copyOf(remarks);
    }

    /** Looks at a model. */
    public static Lint of(OnnxModel model) {
        var rules = new Rules(model);
        rules.shapes();
        rules.numbers();
        rules.weights();
        rules.nodes();
        rules.format();
        return new Lint(rules.remarks);
    }

    /** Whether there is nothing to say. */
    public boolean isEmpty() {
        return remarks.isEmpty();
    }

    /** The rules, each of which adds what it finds. */
    private static final class Rules {
        private final OnnxModel model;
        private final List<Graph> graphs = new ArrayList<>();
        private final List<Remark> remarks = new ArrayList<>();

        Rules(OnnxModel model) {
            this.model = model;
            model.graph().forEachGraph(graphs::add);
        }

        private void add(String rule, String place, String message) {
            remarks.add(new Remark(rule, place, message));
        }

        void shapes() {
            for (var input : realInputs()) {
                if (!(input.type() instanceof ValueType.TensorType type)) {
                    continue;
                }
                if (type.shape().isEmpty()) {
                    add("missing-shape", "input " + input.name(), "it has no shape: nobody can tell what to give, and "
                        + "ONNX Runtime plans no memory; export the model with shapes");
                } else if (type.shape().get().size() > 1
                    && type.shape().get().stream().noneMatch(Dim.Fixed.class::isInstance)) {
                    add("dynamic-shape", "input " + input.name(), "every dimension of " + type + " is open: some "
                        + "providers (CoreML, QNN, TensorRT, NNAPI) need fixed ones; fix them with 'gpux optimize "
                        + "--fix-dim' or '--fix-shape' where they are known");
                }
            }
            for (var output : model.graph().outputs()) {
                if (output.type() instanceof ValueType.TensorType type && type.shape().isEmpty()
                    || output.type() instanceof ValueType.UnknownType) {
                    add("missing-shape", "output " + output.name(), "it has no shape; export the model with shapes");
                }
            }
        }

        private List<ValueInfo> realInputs() {
            var weights = new HashSet<String>();
            model.graph().initializers().forEach(tensor -> weights.add(tensor.name()));
            return model.graph().inputs().stream().filter(input -> !weights.contains(input.name())).toList();
        }

        void numbers() {
            var doubles = new ArrayList<String>();
            graphs.forEach(graph -> {
                graph.initializers().stream().filter(tensor -> isDouble(tensor.dataType()))
                    .forEach(tensor -> doubles.add(tensor.name()));
                graph.inputs().stream().filter(Rules::isDouble).forEach(value -> doubles.add(value.name()));
                graph.outputs().stream().filter(Rules::isDouble).forEach(value -> doubles.add(value.name()));
                graph.nodes().stream().filter(node -> node.opType().equals("Cast")
                    && node.intAttribute("to").orElse(0) == OnnxDataType.DOUBLE.number())
                    .forEach(node -> doubles.add(node.toString()));
            });
            if (!doubles.isEmpty()) {
                add("float64", some(doubles), "float64 takes twice the memory and time of float32, and GPUs and "
                    + "accelerators run it slowly or not at all; export the model in float32");
            }
        }

        private static boolean isDouble(int type) {
            return type == OnnxDataType.DOUBLE.number();
        }

        private static boolean isDouble(ValueInfo value) {
            return value.type() instanceof ValueType.TensorType type && isDouble(type.elementType());
        }

        void weights() {
            unused();
            copies();
            external();
            if (model.irVersion() < 4) {
                long both = model.graph().inputs().size() - realInputs().size();
                if (both > 0) {
                    add("weights-as-inputs", both + " initialisers", "IR version " + model.irVersion()
                        + " lists weights as inputs, so ONNX Runtime may not fold or fuse them; 'gpux optimize' lists "
                        + "them no more");
                }
            }
        }

        private void unused() {
            var used = used();
            var names = new ArrayList<String>();
            long bytes = 0;
            for (var graph : graphs) {
                for (var tensor : graph.initializers()) {
                    if (!used.contains(tensor.name())) {
                        names.add(tensor.name());
                        bytes += tensor.byteSize().orElse(0);
                    }
                }
            }
            if (!names.isEmpty()) {
                add("unused-initializer", some(names), "nothing reads " + (names.size() == 1 ? "it" : "them") + "; "
                    + size(bytes) + " for nothing. 'gpux optimize' drops such");
            }
        }

        private Set<String> used() {
            var used = new HashSet<String>();
            for (var graph : graphs) {
                graph.nodes().forEach(node -> used.addAll(node.inputs()));
                graph.outputs().forEach(output -> used.add(output.name()));
            }
            return used;
        }

        private void copies() {
            var bySize = new HashMap<Long, List<Tensor>>();
            long wasted = 0;
            var names = new ArrayList<String>();
            for (var graph : graphs) {
                for (var tensor : graph.initializers()) {
                    long size = tensor.byteSize().orElse(0);
                    if (size < LARGE || tensor.data() instanceof TensorData.External) {
                        continue;
                    }
                    var others = bySize.computeIfAbsent(size, _ -> new ArrayList<>());
                    if (others.stream().anyMatch(other -> other.bytes().mismatch(tensor.bytes()) == -1)) {
                        names.add(tensor.name());
                        wasted += size;
                    } else {
                        others.add(tensor);
                    }
                }
            }
            if (!names.isEmpty()) {
                add("duplicate-weight", some(names), "the same bytes are in the file already; " + size(wasted)
                    + " for nothing. Share one initialiser when the model is exported");
            }
        }

        private void external() {
            var missing = new HashMap<String, String>();
            for (var graph : graphs) {
                for (var tensor : graph.initializers()) {
                    if (tensor.data() instanceof TensorData.External data) {
                        try {
                            tensor.bytes();
                        } catch (RuntimeException e) {
                            missing.putIfAbsent(data.entries().toString(), e.getMessage());
                        }
                    }
                }
            }
            missing.values().stream().distinct().sorted().limit(3).forEach(message ->
                add("external-data", "external data", message));
            if (model.fileSize() > NEARLY_TOO_LARGE) {
                add("near-limit", "the file", size(model.fileSize()) + "; ONNX Runtime reads no file above 2 GiB. "
                    + "'gpux optimize --external-data' puts the weights beside it");
            }
        }

        void nodes() {
            long constants = 0;
            var large = new ArrayList<String>();
            var used = used();
            var dead = new ArrayList<String>();
            for (var graph : graphs) {
                for (var node : graph.nodes()) {
                    long size = constantBytes(node);
                    if (size >= LARGE) {
                        large.add(node.toString());
                        constants += size;
                    }
                    if (node.outputs().stream().noneMatch(used::contains)) {
                        dead.add(node.toString());
                    }
                }
            }
            if (!large.isEmpty()) {
                add("huge-constant", some(large), size(constants) + " in attributes: they are copied when the model "
                    + "loads and cannot lie in a side file; make them initialisers");
            }
            if (!dead.isEmpty()) {
                add("dead-node", some(dead), "nothing reads what " + (dead.size() == 1 ? "it makes" : "they make")
                    + "; 'gpux optimize' drops such");
            }
        }

        private static long constantBytes(Node node) {
            long bytes = 0;
            for (var attribute : node.attributes()) {
                if (attribute.value() instanceof AttributeValue.TensorValue(var tensor)) {
                    bytes += tensor.byteSize().orElse(0);
                }
            }
            return bytes;
        }

        void format() {
            model.opset("").filter(set -> set.version() < OLDEST_GOOD_OPSET).ifPresent(set ->
                add("old-opset", "opset " + set.version(), "operators this old lack kernels on many providers; export "
                    + "the model with opset 17 or later"));
            Map<Integer, Long> halves = new HashMap<>();
            model.graph().initializers().forEach(tensor -> halves.merge(tensor.dataType(),
                tensor.byteSize().orElse(0), Long::sum));
            for (var type : List.of(OnnxDataType.FLOAT16, OnnxDataType.BFLOAT16)) {
                if (halves.getOrDefault(type.number(), 0L) >= LARGE) {
                    add("half-precision", type + " weights", "the CPU provider computes most operators in float32 and "
                        + "converts to and fro: smaller, but slower there than float32 or int8");
                }
            }
        }

        private static String some(List<String> names) {
            return names.size() <= 3 ? String.join(", ", names)
                : String.join(", ", names.subList(0, 3)) + " and " + (names.size() - 3) + " more";
        }

        private static String size(long bytes) {
            return bytes < 10_000 ? bytes + " bytes" : bytes < 10_000_000 ? bytes / 1000 + " kB"
                : bytes / 1_000_000 + " MB";
        }
    }
}
