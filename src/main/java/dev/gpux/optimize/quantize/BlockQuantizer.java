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
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.graph.GraphEditor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights of matrix products in blocks of 4 or 8 bits, activations as they were: {@code com.microsoft.MatMulNBits}. For
 * models whose time goes into reading weights; embeddings stay.
 */
public final class BlockQuantizer {
    private static final String MICROSOFT = "com.microsoft";
    private static final int MATRIX = 2;
    private static final int LEAST_BLOCK = 16;
    private static final int LARGEST_BLOCK = 256;

    private final GraphEditor graph;
    private final ScratchFile scratch;
    private final Optional<Calibration> calibration;
    private final BlockOptions options;
    private final Map<String, List<String>> weights = new HashMap<>();
    private final Map<String, Corrector> correctors = new HashMap<>();

    private BlockQuantizer(OnnxModel model, ScratchFile scratch, Optional<Calibration> calibration,
                           BlockOptions options) {
        this.graph = new GraphEditor(model);
        this.scratch = scratch;
        this.calibration = calibration;
        this.options = options;
    }

    /**
     * Quantises a model.
     *
     * @param scratch where the new weights are; needed for as long as the new model is
     * @param calibration of {@link #values}: what rows of weights meet large numbers is kept more exactly
     * @throws OptimizeException if the options make no sense, or nothing in it can be quantised
     */
    public static Changed quantize(OnnxModel model, ScratchFile scratch, Optional<Calibration> calibration,
                                   BlockOptions options) {
        if (options.bits() != 4 && options.bits() != Byte.SIZE) {
            throw new OptimizeException("weights have 4 or 8 bits, not " + options.bits());
        }
        if (Integer.bitCount(options.block()) != 1 || options.block() < LEAST_BLOCK
            || options.block() > LARGEST_BLOCK) {
            throw new OptimizeException("a block has 16, 32, 64, 128 or 256 elements, not " + options.block());
        }
        return new BlockQuantizer(model, scratch, calibration, options).run();
    }

    /** The values that calibration looks at: what the products read. */
    public static List<String> values(OnnxModel model) {
        return model.graph().nodes().stream().filter(node -> node.opType().equals("MatMul")
            || node.opType().equals("Gemm")).map(node -> node.inputs().getFirst()).distinct().toList();
    }

    private Changed run() {
        var changed = new ArrayList<Node>();
        var kept = new ArrayList<Changed.Kept>();
        for (var node : graph.model().graph().nodes()) {
            boolean product = OperatorSet.isOnnx(node.domain())
                && (node.opType().equals("MatMul") || node.opType().equals("Gemm"));
            var reason = !product ? Optional.of("") : options.keep().contains(node) ? Optional.of("as asked")
                : replace(node);
            if (reason.isEmpty()) {
                changed.add(node);
                continue;
            }
            graph.add(node);
            if (product) {
                kept.add(new Changed.Kept(node, reason.get()));
            }
        }
        if (changed.isEmpty()) {
            throw new OptimizeException("there is nothing to quantise: no MatMul or Gemm of the main graph has a "
                + "constant float32 weight");
        }
        return new Changed(GraphEditor.requireOpset(graph.build(), MICROSOFT, 1), changed, kept);
    }

    private Optional<String> replace(Node node) {
        var weight = graph.constant(node.inputs().get(1)).filter(tensor -> tensor.dims().size() == MATRIX
            && tensor.type().filter(OnnxDataType.FLOAT::equals).isPresent());
        if (weight.isEmpty()) {
            return Optional.of("its second input is no constant float32 matrix");
        }
        boolean gemm = node.opType().equals("Gemm");
        if (gemm && (node.intAttribute("transA").orElse(0) != 0 || isScaled(node, "alpha")
            || isScaled(node, "beta"))) {
            return Optional.of("it scales or transposes its input");
        }
        boolean transposed = gemm && node.intAttribute("transB").orElse(0) != 0;
        int rows = Math.toIntExact(weight.get().dims().get(transposed ? 1 : 0));
        int columns = Math.toIntExact(weight.get().dims().get(transposed ? 0 : 1));
        if (rows < options.block()) {
            return Optional.of("its weight has fewer rows than a block");
        }
        var inputs = new ArrayList<String>();
        inputs.add(node.inputs().getFirst());
        inputs.addAll(weights.computeIfAbsent(weight.get().name() + " " + transposed,
            _ -> store(weight.get(), transposed, node.inputs().getFirst())));
        boolean biased = gemm && node.inputs().size() > 2 && !node.inputs().get(2).isEmpty();
        var product = biased ? List.of(graph.fresh(node.outputs().getFirst() + "_product")) : node.outputs();
        graph.add(Node.of("MatMulNBits", inputs, product, Attribute.of("K", rows), Attribute.of("N", columns),
            Attribute.of("bits", options.bits()), Attribute.of("block_size", options.block()),
            Attribute.of("accuracy_level", options.accuracy())).withDomain(MICROSOFT)
            .withName(graph.fresh(node.outputs().getFirst() + "_q" + options.bits())));
        if (biased) {
            graph.add(Node.of("Add", List.of(product.getFirst(), node.inputs().get(2)), node.outputs())
                .withName(graph.fresh(node.outputs().getFirst() + "_bias")));
        }
        return Optional.empty();
    }

    private static boolean isScaled(Node node, String attribute) {
        return node.attribute(attribute).map(a -> !a.value().equals(new AttributeValue.FloatValue(1)))
            .orElse(false);
    }

    private List<String> store(Tensor weight, boolean transposed, String input) {
        long rows = weight.dims().get(transposed ? 1 : 0);
        var quantized = BlockWeight.of(scratch, weight, transposed, options,
            calibration.flatMap(seen -> seen.importance(input)).filter(importance -> importance.length == rows),
            calibration.flatMap(seen -> seen.gram(input)).filter(gram -> gram.size() == rows).map(gram ->
                correctors.computeIfAbsent(input, _ -> new Corrector(gram.inverseFactor()))));
        var names = new ArrayList<>(List.of(graph.add(quantized.values()), graph.add(quantized.scales())));
        quantized.zeroPoints().map(graph::add).ifPresent(names::add);
        return List.copyOf(names);
    }
}
