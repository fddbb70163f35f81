package dev.gpux.optimize.quantize;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.AttributeValue;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OperatorSet;
import dev.gpux.onnx.Tensor;
import dev.gpux.optimize.Changed;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.TensorNumbers;
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.graph.GraphEditor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights as int8, activations as uint8 in ranges that were measured before: {@code QuantizeLinear} and
 * {@code DequantizeLinear} (QDQ) around convolutions and matrix products, which ORT and other runtimes fuse into
 * integer kernels. Activations stay integers through what only moves them.
 *
 * <p>Models older than opset 13, where ONNX has no scales for each channel, get the operators of {@code com.microsoft}.
 */
public final class StaticQuantizer {
    private static final String MICROSOFT = "com.microsoft";
    /** ORT's integer kernels came with this one. */
    private static final long OLDEST_OPSET = 10;
    private static final Set<String> CHANGED_WITH_10 = Set.of("Slice", "TopK", "Upsample", "Resize");
    private static final long PER_CHANNEL_OPSET = 13;
    private static final int HIGHEST = 255;
    private static final Set<String> PRODUCTS = Set.of("Conv", "MatMul", "Gemm");
    /** What moves numbers and makes none: its output has the range of its input. */
    private static final Set<String> MOVES = Set.of("MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze",
        "Unsqueeze");
    private static final Set<String> ACTIVATIONS = Set.of("Relu", "Clip");

    private final GraphEditor graph;
    private final ScratchFile scratch;
    private final StaticOptions options;
    private final Calibration calibration;
    private final String domain;
    private final Map<String, List<Node>> readers = new HashMap<>();
    private final Set<Node> quantized = new HashSet<>();
    private final Map<String, Affine> activations = new HashMap<>();
    private final Map<String, String> dequantized = new HashMap<>();
    private final List<Changed.Kept> kept = new ArrayList<>();

    private StaticQuantizer(OnnxModel model, ScratchFile scratch, Calibration calibration, StaticOptions options) {
        this.graph = new GraphEditor(model);
        this.scratch = scratch;
        this.calibration = calibration;
        this.options = options;
        this.domain = model.opset("").map(OperatorSet::version).orElse(1L) < PER_CHANNEL_OPSET ? MICROSOFT : "";
        model.graph().nodes().forEach(node -> node.inputs().forEach(input ->
            readers.computeIfAbsent(input, _ -> new ArrayList<>()).add(node)));
    }

    /** The values whose ranges have to be measured: what the nodes in question read and make. */
    public static List<String> values(OnnxModel model) {
        var values = new HashSet<String>();
        for (var node : model.graph().nodes()) {
            if (OperatorSet.isOnnx(node.domain()) && (PRODUCTS.contains(node.opType())
                || ACTIVATIONS.contains(node.opType()))) {
                node.inputs().stream().limit(2).forEach(values::add);
                values.add(node.outputs().getFirst());
            }
        }
        model.graph().initializers().forEach(tensor -> values.remove(tensor.name()));
        values.remove("");
        return List.copyOf(values);
    }

    /**
     * Quantises a model.
     *
     * @param scratch where the new weights are; needed for as long as the new model is
     * @param calibration of {@link #values}
     * @throws OptimizeException if nothing in it can be quantised
     */
    public static Changed quantize(OnnxModel model, ScratchFile scratch, Calibration calibration,
                                   StaticOptions options) {
        return new StaticQuantizer(raised(model), scratch, calibration, options).run();
    }

    /** The model in the operator set that has integer kernels. From 9 to 10 only a few operators changed. */
    private static OnnxModel raised(OnnxModel model) {
        long opset = model.opset("").map(OperatorSet::version).orElse(1L);
        if (opset >= OLDEST_OPSET) {
            return model;
        }
        var changed = model.graph().nodes().stream().map(Node::opType).filter(CHANGED_WITH_10::contains).findFirst();
        if (opset < OLDEST_OPSET - 1 || changed.isPresent()) {
            throw new OptimizeException("the model uses opset " + opset + changed.map(name -> " and " + name).orElse("")
                + ", and static quantisation needs opset " + OLDEST_OPSET + "; export the model anew");
        }
        return model.withOpsets(model.opsets().stream().map(set -> set.isOnnx()
            ? new OperatorSet(set.domain(), OLDEST_OPSET) : set).toList());
    }

    private Changed run() {
        var nodes = graph.model().graph().nodes();
        var changed = new ArrayList<Node>();
        for (var node : nodes) {
            if (OperatorSet.isOnnx(node.domain()) && PRODUCTS.contains(node.opType())) {
                var reason = options.keep().contains(node) ? Optional.of("as asked") : obstacle(node);
                reason.ifPresentOrElse(text -> kept.add(new Changed.Kept(node, text)), () -> {
                    changed.add(node);
                    quantized.add(node);
                });
            }
        }
        if (changed.isEmpty()) {
            throw new OptimizeException("there is nothing to quantise: no Conv, MatMul or Gemm of the main graph has a "
                + "constant float32 weight"
                + kept.stream().findFirst().map(node -> "; " + node.node() + ": " + node.reason()).orElse(""));
        }
        choose(nodes);
        graph.model().graph().inputs().forEach(input -> pair(input.name()));
        for (var node : nodes) {
            graph.add(quantized.contains(node) ? product(node) : node.withInputs(node.inputs().stream()
                .map(name -> isInteger(node) ? dequantized.getOrDefault(name, name) : name).toList()));
            node.outputs().forEach(this::pair);
        }
        var model = graph.build();
        return new Changed(domain.isEmpty() ? model : GraphEditor.requireOpset(model, MICROSOFT, 1), changed, kept);
    }

    private Optional<String> obstacle(Node node) {
        var weight = graph.constant(node.inputs().get(1));
        if (weight.isEmpty() || weight.get().type().filter(OnnxDataType.FLOAT::equals).isEmpty()
            || weight.get().dims().size() < 2) {
            return Optional.of("its second input is no constant float32 weight");
        }
        if (node.opType().equals("MatMul") && weight.get().dims().size() != 2) {
            return Optional.of("its weight is no matrix");
        }
        if (node.opType().equals("Gemm") && (node.intAttribute("transA").orElse(0) != 0 || isScaled(node, "alpha")
            || isScaled(node, "beta"))) {
            return Optional.of("it scales or transposes its input");
        }
        var bias = bias(node);
        if (bias.isPresent() && graph.constant(bias.get()).filter(tensor -> tensor.dims().size() == 1).isEmpty()) {
            return Optional.of("its bias is no constant vector");
        }
        return calibration.histogram(node.inputs().getFirst()).isEmpty() ? Optional.of("calibration never reached it")
            : Optional.empty();
    }

    private static boolean isScaled(Node node, String attribute) {
        return node.attribute(attribute).map(a -> !a.value().equals(new AttributeValue.FloatValue(1))).orElse(false);
    }

    private static Optional<String> bias(Node node) {
        return node.inputs().size() > 2 && !node.inputs().get(2).isEmpty() ? Optional.of(node.inputs().get(2))
            : Optional.empty();
    }

    /** Decides which values become integers. */
    private void choose(List<Node> nodes) {
        for (var node : nodes) {
            if (quantized.contains(node)) {
                measure(node.inputs().getFirst());
                var output = activated(node.outputs().getFirst());
                // A convolution has an integer kernel with integer output only; products may end in numbers.
                if (node.opType().equals("Conv") || feedsProduct(output)) {
                    measure(output);
                }
            } else if (isMove(node) && activations.containsKey(node.inputs().getFirst())) {
                activations.put(node.outputs().getFirst(), activations.get(node.inputs().getFirst()));
            }
        }
    }

    private void measure(String value) {
        if (!activations.containsKey(value)) {
            calibration.histogram(value).map(options.method()::range).ifPresent(range ->
                activations.put(value, Affine.asymmetric(range.min(), range.max(), 0, HIGHEST)));
        }
    }

    /** What an activation function that alone reads a value makes of it: the two are one integer kernel. */
    private String activated(String value) {
        var all = readers.getOrDefault(value, List.of());
        return all.size() == 1 && graph.readers(value) == 1 && ACTIVATIONS.contains(all.getFirst().opType())
            ? all.getFirst().outputs().getFirst() : value;
    }

    private boolean feedsProduct(String value) {
        return readers.getOrDefault(value, List.of()).stream().anyMatch(node -> quantized.contains(node)
            || isMove(node) && feedsProduct(node.outputs().getFirst()));
    }

    private static boolean isMove(Node node) {
        return OperatorSet.isOnnx(node.domain()) && MOVES.contains(node.opType());
    }

    /** Whether a node that is no product has an integer form. */
    private boolean isInteger(Node node) {
        return isMove(node) && activations.containsKey(node.outputs().getFirst());
    }

    /** Puts a pair of nodes behind a value that becomes integers. */
    private void pair(String value) {
        var affine = activations.get(value);
        if (affine == null) {
            return;
        }
        var scale = graph.add(Tensor.ofFloats(value + "_scale", new long[0], affine.scale()));
        var zero = graph.add(Tensor.of(value + "_zero_point", OnnxDataType.UINT8, new long[0],
            MemorySegment.ofArray(new byte[] {(byte) affine.zeroPoint()})));
        var integers = graph.add(domain, "QuantizeLinear", List.of(value, scale, zero), value + "_quantized");
        dequantized.put(value, graph.add(domain, "DequantizeLinear", List.of(integers, scale, zero),
            value + "_dequantized"));
    }

    private Node product(Node node) {
        var weight = graph.constant(node.inputs().get(1)).orElseThrow();
        boolean columns = node.opType().equals("MatMul") || node.opType().equals("Gemm")
            && node.intAttribute("transB").orElse(0) == 0;
        int axis = columns ? 1 : 0;
        var name = weight.name() + "_quantized";
        var integers = options.perChannel() ? IntegerWeight.perChannel(scratch, weight, axis, options.range(), name)
            : IntegerWeight.perTensor(scratch, weight, options.range(), name);
        var inputs = new ArrayList<>(List.of(dequantized.get(node.inputs().getFirst()),
            dequantize(integers.values(), integers.scales(), axis)));
        bias(node).flatMap(graph::constant).ifPresent(bias -> inputs.add(bias(bias, integers.scales(),
            activations.get(node.inputs().getFirst()).scale())));
        return node.withInputs(inputs);
    }

    /** A bias as 32-bit integers in units of the sum of products, as integer kernels add it. */
    private String bias(Tensor bias, float[] scales, float inputScale) {
        var numbers = TensorNumbers.of(bias).orElseThrow();
        var integers = new int[Math.toIntExact(bias.elementCount().orElseThrow())];
        var units = new float[scales.length];
        for (int i = 0; i < units.length; i++) {
            units[i] = scales[i] * inputScale;
        }
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) Math.clamp(Math.rint(numbers.get(i) / units[units.length == 1 ? 0 : i]),
                Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        return dequantize(Tensor.ofInts(bias.name() + "_quantized", new long[] {integers.length}, integers), units, 0);
    }

    private String dequantize(Tensor integers, float[] scales, int axis) {
        boolean one = scales.length == 1;
        var shape = one ? new long[0] : new long[] {scales.length};
        var name = graph.add(integers);
        var scale = graph.add(Tensor.ofFloats(integers.name() + "_scale", shape, scales));
        var type = integers.type().orElse(OnnxDataType.INT8);
        var zero = graph.add(Tensor.of(integers.name() + "_zero_point", type, shape,
            MemorySegment.ofArray(new byte[scales.length * type.bits() / Byte.SIZE])));
        var output = graph.fresh(integers.name() + "_dequantized");
        var node = Node.of("DequantizeLinear", List.of(name, scale, zero), List.of(output)).withDomain(domain)
            .withName(output);
        graph.add(one ? node : node.withAttributes(List.of(Attribute.of("axis", axis))));
        return output;
    }
}
