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
import dev.gpux.optimize.graph.GraphEditor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights as int8, activations as uint8 in the range that each run finds ({@code DynamicQuantizeLinear}). The operators
 * are those that ORT fuses into its integer kernels: {@code DynamicQuantizeLinear}, {@code MatMulInteger}, {@code
 * Cast},
 * {@code Mul}. Embeddings (a {@code Gather} of a large table) are kept as int8, too, and become numbers row by row.
 *
 * <p>Only nodes of the main graph with constant {@code float32} weights are replaced.
 */
public final class DynamicQuantizer {
    /** What optimisers make of operators that could be replaced. */
    private static final Set<String> FUSED = Set.of("Attention", "FusedGemm", "FusedConv");
    /** {@code DynamicQuantizeLinear} came with this version. */
    private static final long OLDEST_OPSET = 11;
    /** Smaller tables are not worth the operators, in elements. */
    private static final long LEAST_TABLE = 1 << 14;
    private static final int MATRIX = 2;

    private final GraphEditor graph;
    private final ScratchFile scratch;
    private final DynamicOptions options;
    private final Map<String, Activation> activations = new HashMap<>();
    private final Map<String, Weight> weights = new HashMap<>();
    private final List<Node> changed = new ArrayList<>();
    private final List<Changed.Kept> kept = new ArrayList<>();

    /** The names of a quantised activation, its scale and its zero point. */
    private record Activation(String values, String scale, String zeroPoint) { }

    /** The names of a quantised weight, its scales and its zero point. */
    private record Weight(String values, String scales, String zeroPoint) { }

    private DynamicQuantizer(OnnxModel model, ScratchFile scratch, DynamicOptions options) {
        this.graph = new GraphEditor(model);
        this.scratch = scratch;
        this.options = options;
    }

    /**
     * Quantises a model.
     *
     * @param scratch where the new weights are; needed for as long as the new model is
     * @throws OptimizeException if its operators are too old, or nothing in it can be quantised
     */
    public static Changed quantize(OnnxModel model, ScratchFile scratch, DynamicOptions options) {
        long opset = model.opset("").map(OperatorSet::version).orElse(1L);
        if (opset < OLDEST_OPSET) {
            throw new OptimizeException("the model uses opset " + opset + ", and dynamic quantisation needs "
                + OLDEST_OPSET + "; export the model anew, or use --static, which has no such need");
        }
        return new DynamicQuantizer(model, scratch, options).run();
    }

    private Changed run() {
        for (var node : graph.model().graph().nodes()) {
            if (!OperatorSet.isOnnx(node.domain()) || !options.operators().contains(node.opType())
                || node.opType().equals("Gather") && !isEmbedding(node)) {
                graph.add(node);
                if (FUSED.contains(node.opType())) {
                    kept.add(new Changed.Kept(node, "fused with its weight; quantise the model as it was before that"));
                }
                continue;
            }
            var reason = options.keep().contains(node) ? Optional.of("as asked") : replace(node);
            if (reason.isPresent()) {
                graph.add(node);
                kept.add(new Changed.Kept(node, reason.get()));
            } else {
                changed.add(node);
            }
        }
        if (changed.isEmpty()) {
            throw new OptimizeException("there is nothing to quantise: no " + String.join(", ",
                options.operators().stream().sorted().toList()) + " of the main graph has a constant float32 weight"
                + kept.stream().findFirst().map(node -> "; " + node.node() + ": " + node.reason()).orElse(""));
        }
        return new Changed(graph.build(), changed, kept);
    }

    /** Replaces a node, or says why not. */
    private Optional<String> replace(Node node) {
        return switch (node.opType()) {
            case "MatMul" -> matMul(node);
            case "Gemm" -> gemm(node);
            case "Conv" -> conv(node);
            case "Gather" -> gather(node);
            default -> Optional.of("no way to quantise it is known");
        };
    }

    private Optional<String> matMul(Node node) {
        var weight = weight(node);
        if (weight.isEmpty()) {
            return Optional.of("its second input is no constant float32 weight");
        }
        if (weight.get().dims().size() != MATRIX) {
            return Optional.of("its weight is no matrix");
        }
        var product = product(node, columns(weight.get(), false, 1));
        graph.add(Node.of("Mul", product, node.outputs()).withName(graph.fresh(label(node) + "_dequantize")));
        return Optional.empty();
    }

    private Optional<String> gemm(Node node) {
        var weight = weight(node);
        if (weight.isEmpty() || weight.get().dims().size() != MATRIX) {
            return Optional.of("its second input is no constant float32 matrix");
        }
        if (node.intAttribute("transA").orElse(0) != 0) {
            return Optional.of("its first input is transposed");
        }
        boolean biased = node.inputs().size() > 2 && !node.inputs().get(2).isEmpty();
        if (biased && number(node, "beta") != 1) {
            return Optional.of("its bias is scaled");
        }
        var product = product(node, columns(weight.get(), node.intAttribute("transB").orElse(0) != 0,
            number(node, "alpha")));
        var name = label(node) + "_dequantize";
        if (biased) {
            var scaled = graph.add("Mul", product, name);
            graph.add(Node.of("Add", List.of(scaled, node.inputs().get(2)), node.outputs())
                .withName(graph.fresh(label(node) + "_bias")));
        } else {
            graph.add(Node.of("Mul", product, node.outputs()).withName(graph.fresh(name)));
        }
        return Optional.empty();
    }

    private static float number(Node node, String attribute) {
        return node.attribute(attribute).map(Attribute::value).orElse(new AttributeValue.FloatValue(1))
            instanceof AttributeValue.FloatValue(float value) ? value : 1;
    }

    /** The operands of the multiplication that makes numbers of an integer product. */
    private List<String> product(Node node, Weight weight) {
        var input = activation(node.inputs().getFirst());
        var label = label(node);
        var integers = graph.add("MatMulInteger", List.of(input.values(), weight.values(), input.zeroPoint(),
            weight.zeroPoint()), label + "_integer");
        return List.of(toFloat(integers, label), graph.add("Mul", List.of(input.scale(), weight.scales()),
            label + "_scale"));
    }

    private String toFloat(String integers, String label) {
        var name = graph.fresh(label + "_float");
        graph.add(Node.of("Cast", List.of(integers), List.of(name), Attribute.of("to", OnnxDataType.FLOAT.number()))
            .withName(name));
        return name;
    }

    private Optional<String> conv(Node node) {
        var found = weight(node);
        if (found.isEmpty() || found.get().dims().size() <= MATRIX) {
            return Optional.of("its second input is no constant float32 weight of a convolution");
        }
        var weight = found.get();
        // ORT has ConvInteger for uint8 weights with one zero point; symmetric ones fit, shifted by 128.
        var quantized = options.perChannel()
            ? IntegerWeight.perChannel(scratch, weight, 0, WeightRange.UINT8, weight.name() + "_quantized")
            : IntegerWeight.perTensor(scratch, weight, WeightRange.UINT8, weight.name() + "_quantized");
        var broadcast = new long[weight.dims().size() - 1];
        Arrays.fill(broadcast, 1);
        broadcast[0] = quantized.scales().length;
        var stored = store(quantized, WeightRange.UINT8, broadcast);
        var input = activation(node.inputs().getFirst());
        var label = label(node);
        var integers = graph.fresh(label + "_integer");
        graph.add(Node.of("ConvInteger", List.of(input.values(), stored.values(), input.zeroPoint(),
            stored.zeroPoint()), List.of(integers)).withAttributes(node.attributes()).withName(integers));
        var product = List.of(toFloat(integers, label), graph.add("Mul", List.of(input.scale(), stored.scales()),
            label + "_scale"));
        if (node.inputs().size() > 2 && !node.inputs().get(2).isEmpty()) {
            var shape = broadcast.clone();
            shape[0] = -1;
            var bias = graph.add("Reshape", List.of(node.inputs().get(2),
                graph.add(Tensor.ofLongs(label + "_bias_shape", new long[] {shape.length}, shape))), label + "_bias");
            var scaled = graph.add("Mul", product, label + "_dequantize");
            graph.add(Node.of("Add", List.of(scaled, bias), node.outputs())
                .withName(graph.fresh(label + "_with_bias")));
        } else {
            graph.add(Node.of("Mul", product, node.outputs()).withName(graph.fresh(label + "_dequantize")));
        }
        return Optional.empty();
    }

    /** Whether it takes rows of a constant table; most of its kind take apart shapes. */
    private boolean isEmbedding(Node gather) {
        return gather.intAttribute("axis").orElse(0) == 0 && graph.constant(gather.inputs().getFirst())
            .filter(table -> table.type().filter(OnnxDataType.FLOAT::equals).isPresent()
                && table.dims().size() == MATRIX).isPresent();
    }

    private Optional<String> gather(Node node) {
        var table = graph.constant(node.inputs().getFirst()).orElseThrow();
        if (table.elementCount().orElse(0) < LEAST_TABLE) {
            return Optional.of("its table is small");
        }
        var stored = weights.computeIfAbsent(table.name(), _ -> table(table));
        var rows = graph.fresh(label(node) + "_integer");
        var indices = node.inputs().get(1);
        graph.add(Node.of("Gather", List.of(stored.values(), indices), List.of(rows), Attribute.of("axis", 0))
            .withName(rows));
        if (!options.perChannel()) {
            graph.add(Node.of("DequantizeLinear", List.of(rows, stored.scales(), stored.zeroPoint()), node.outputs())
                .withName(graph.fresh(label(node) + "_dequantize")));
            return Optional.empty();
        }
        var scales = graph.fresh(label(node) + "_scale");
        graph.add(Node.of("Gather", List.of(stored.scales(), indices), List.of(scales), Attribute.of("axis", 0))
            .withName(scales));
        graph.add(Node.of("Mul", List.of(toFloat(rows, label(node)), scales), node.outputs())
            .withName(graph.fresh(label(node) + "_dequantize")));
        return Optional.empty();
    }

    /** A table by rows: int8, since a cast to float knows no zero point. */
    private Weight table(Tensor table) {
        var name = table.name() + "_quantized";
        if (options.perChannel()) {
            var rows = IntegerWeight.perChannel(scratch, table, 0, WeightRange.INT8, name);
            return store(rows, WeightRange.INT8, new long[] {rows.scales().length, 1});
        }
        return store(IntegerWeight.perTensor(scratch, table, WeightRange.INT8, name), WeightRange.INT8, new long[0]);
    }

    /** The weight of a matrix product, a column for each output. */
    private Weight columns(Tensor weight, boolean transposed, float factor) {
        return weights.computeIfAbsent(weight.name() + " " + transposed + " " + factor, _ -> {
            var name = weight.name() + "_quantized";
            var quantized = options.perChannel()
                ? IntegerWeight.perChannel(scratch, weight, transposed ? 0 : 1, options.range(), name)
                : IntegerWeight.perTensor(scratch, weight, options.range(), name);
            for (int i = 0; i < quantized.scales().length; i++) {
                quantized.scales()[i] *= factor;
            }
            return store(transposed ? quantized.transposed(scratch) : quantized, options.range(),
                options.perChannel() ? new long[] {quantized.scales().length} : new long[0]);
        });
    }

    private Weight store(IntegerWeight weight, WeightRange range, long[] scaleShape) {
        var base = weight.values().name();
        var zeroPoint = MemorySegment.ofArray(new byte[] {(byte) range.zeroPoint()});
        return new Weight(graph.add(weight.values()), graph.add(Tensor.ofFloats(base + "_scale", scaleShape,
            weight.scales())), graph.add(Tensor.of(base + "_zero_point", range.type(), new long[0], zeroPoint)));
    }

    private Optional<Tensor> weight(Node node) {
        return graph.constant(node.inputs().get(1)).filter(tensor ->
            tensor.type().filter(OnnxDataType.FLOAT::equals).isPresent());
    }

    private Activation activation(String value) {
        return activations.computeIfAbsent(value, _ -> {
            var quantized = new Activation(graph.fresh(value + "_quantized"), graph.fresh(value + "_scale"),
                graph.fresh(value + "_zero_point"));
            graph.add(Node.of("DynamicQuantizeLinear", List.of(value), List.of(quantized.values(), quantized.scale(),
                quantized.zeroPoint())).withName(graph.fresh(value + "_quantize")));
            return quantized;
        });
    }

    private static String label(Node node) {
        return node.outputs().getFirst();
    }
}
