package dev.gpux.optimize.fp16;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.AttributeValue;
import dev.gpux.onnx.Graph;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OperatorSet;
import dev.gpux.onnx.Tensor;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType;
import dev.gpux.optimize.Changed;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.TensorNumbers;
import dev.gpux.optimize.ValueTypes;
import dev.gpux.optimize.graph.GraphEditor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@code float32} model in {@code float16}: all weights, and all values between nodes. Nodes that {@code float16} is
 * not defined for, that have graphs inside, or that are asked to stay, compute in {@code float32} between casts.
 * Numbers beyond ±65504 become ±65504, which keeps masks masks; infinities stay.
 */
public final class HalfConverter {
    /** Operators of ONNX without float16 in their definition, in some opset at least,
        or with a type in an attribute. */
    private static final Set<String> ALWAYS_FLOAT = Set.of("Range", "CumSum", "NonMaxSuppression", "RoiAlign",
        "Upsample",
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "EyeLike",
        "DynamicQuantizeLinear", "QuantizeLinear", "DequantizeLinear", "Unique", "DFT", "STFT", "MelWeightMatrix",
        "HannWindow", "HammingWindow", "BlackmanWindow", "TfIdfVectorizer", "StringNormalizer", "ImageDecoder",
        "SequenceAt", "SequenceInsert", "SequenceConstruct", "SequenceEmpty", "SequenceErase", "SplitToSequence",
        "ConcatFromSequence", "Optional", "OptionalGetElement", "Mod", "Det", "MaxUnpool", "LpPool", "BitShift");
    /** Operators of com.microsoft with float16 in their definition. */
    private static final Set<String> MICROSOFT_HALF = Set.of("FusedMatMul", "Gelu", "BiasGelu", "FastGelu", "QuickGelu",
        "SkipLayerNormalization", "SimplifiedLayerNormalization", "SkipSimplifiedLayerNormalization", "BiasSoftmax",
        "FusedGemm");
    private static final float LARGEST = 65504;

    private final GraphEditor editor;
    private final ValueTypes types;
    private final ScratchFile scratch;
    private final HalfOptions options;
    /** Values that are wanted as they were: outputs, and what graphs inside nodes read. */
    private final Set<String> floats = new HashSet<>();
    private final Map<String, String> halfNames = new HashMap<>();
    private final Map<String, String> floatNames = new HashMap<>();
    private final List<Node> changed = new ArrayList<>();
    private final List<Changed.Kept> kept = new ArrayList<>();

    private HalfConverter(OnnxModel model, ValueTypes types, ScratchFile scratch, HalfOptions options) {
        this.editor = new GraphEditor(model);
        this.types = types;
        this.scratch = scratch;
        this.options = options;
    }

    /**
     * Converts a model.
     *
     * @param types of the model's values
     * @param scratch where the new weights are; needed for as long as the new model is
     */
    public static Changed convert(OnnxModel model, ValueTypes types, ScratchFile scratch, HalfOptions options) {
        return new HalfConverter(model, types, scratch, options).run();
    }

    private Changed run() {
        var graph = editor.model().graph();
        if (!options.convertInterface()) {
            graph.outputs().forEach(output -> floats.add(output.name()));
        }
        graph.nodes().forEach(node -> node.subgraphs().forEach(inner -> inner.forEachGraph(this::captured)));
        graph.inputs().stream().filter(input -> !options.convertInterface())
            .forEach(input -> floatNames.put(input.name(), input.name()));
        for (var node : graph.nodes()) {
            if (staysFloat(node)) {
                inFloat(node);
            } else {
                inHalf(node);
            }
        }
        var model = editor.build();
        var result = model.graph();
        if (options.convertInterface()) {
            result = result.withInputs(result.inputs().stream().map(HalfConverter::half).toList())
                .withOutputs(result.outputs().stream().map(HalfConverter::half).toList());
        }
        // What was said of values in between holds no more.
        result = result.withValueInfos(result.valueInfos().stream()
            .filter(value -> !types.isFloat(value.name())).toList());
        return new Changed(model.withGraph(result), changed, kept);
    }

    private void captured(Graph inner) {
        inner.nodes().forEach(node -> floats.addAll(node.inputs()));
        inner.outputs().forEach(output -> floats.add(output.name()));
    }

    private static ValueInfo half(ValueInfo value) {
        return value.type() instanceof ValueType.TensorType(int type, var shape, var denotation)
            && type == OnnxDataType.FLOAT.number()
            ? value.withType(new ValueType.TensorType(OnnxDataType.FLOAT16.number(), shape, denotation)) : value;
    }

    private boolean staysFloat(Node node) {
        if (node.opType().equals("Constant") && OperatorSet.isOnnx(node.domain())) {
            return false;
        }
        boolean concerned = node.inputs().stream().anyMatch(types::isFloat)
            || node.outputs().stream().anyMatch(types::isFloat);
        if (!concerned) {
            return false;
        }
        boolean known = OperatorSet.isOnnx(node.domain()) ? !ALWAYS_FLOAT.contains(node.opType())
            : node.domain().equals("com.microsoft") && MICROSOFT_HALF.contains(node.opType());
        var reason = !node.subgraphs().isEmpty() ? "it has graphs inside" : !known ? "not defined for float16"
            : options.keep().contains(node) ? "as asked" : "";
        if (!reason.isEmpty()) {
            kept.add(new Changed.Kept(node, reason));
        }
        return !reason.isEmpty();
    }

    private void inFloat(Node node) {
        var inputs = node.inputs().stream().map(name -> types.isFloat(name) ? floatName(name) : name).toList();
        node.outputs().stream().filter(types::isFloat).forEach(output -> floatNames.put(output, output));
        editor.add(node.withInputs(inputs));
    }

    private void inHalf(Node node) {
        // Scales and regions of interest stay float32 by definition.
        int halves = node.opType().equals("Resize") ? 1 : Integer.MAX_VALUE;
        var inputs = new ArrayList<String>();
        for (int i = 0; i < node.inputs().size(); i++) {
            var name = node.inputs().get(i);
            inputs.add(!types.isFloat(name) ? name : i < halves ? halfName(name) : floatName(name));
        }
        var outputs = node.outputs().stream().map(name -> types.isFloat(name) ? newHalf(name) : name).toList();
        boolean concerned = !inputs.equals(node.inputs()) || node.outputs().stream().anyMatch(types::isFloat);
        editor.add(node.withInputs(inputs).withOutputs(outputs).withAttributes(concerned ? attributes(node)
            : node.attributes()));
        if (concerned) {
            changed.add(node);
        }
        for (var output : node.outputs()) {
            if (types.isFloat(output) && floats.contains(output)) {
                cast(halfNames.get(output), output, OnnxDataType.FLOAT);
                floatNames.put(output, output);
            }
        }
    }

    /** What a half value is called: as before, unless the old name is still wanted for the float32 one. */
    private String newHalf(String name) {
        var half = floats.contains(name) ? editor.fresh(name + "_half") : name;
        halfNames.put(name, half);
        return half;
    }

    private List<Attribute> attributes(Node node) {
        return node.attributes().stream().map(attribute -> switch (attribute.value()) {
            case AttributeValue.TensorValue(var tensor) when isFloat(tensor) && (node.opType().equals("Constant")
                || node.opType().equals("ConstantOfShape")) ->
                attribute.withValue(new AttributeValue.TensorValue(half(tensor)));
            case AttributeValue.FloatValue(float value) when node.opType().equals("Constant") ->
                Attribute.of("value", half(Tensor.ofFloats("", new long[0], value)));
            case AttributeValue.FloatsValue floats when node.opType().equals("Constant") ->
                Attribute.of("value", half(Tensor.ofFloats("", new long[] {floats.count()}, floats.values())));
            case AttributeValue.IntValue(long type) when node.opType().equals("Cast") && attribute.name().equals("to")
                && type == OnnxDataType.FLOAT.number() -> Attribute.of("to", OnnxDataType.FLOAT16.number());
            default -> attribute;
        }).toList();
    }

    private static boolean isFloat(Tensor tensor) {
        return tensor.dataType() == OnnxDataType.FLOAT.number();
    }

    /** The float16 form of a value, made once. */
    private String halfName(String name) {
        return halfNames.computeIfAbsent(name, _ -> {
            var weight = editor.model().graph().initializer(name);
            if (weight.isPresent()) {
                return editor.add(half(weight.get()).withName(name + "_half"));
            }
            return options.convertInterface() && !floatNames.containsKey(name) ? name
                : cast(name, editor.fresh(name + "_half"), OnnxDataType.FLOAT16);
        });
    }

    /** The float32 form of a value, made once. */
    private String floatName(String name) {
        return floatNames.computeIfAbsent(name, _ -> editor.model().graph().initializer(name).isPresent() ? name
            : cast(halfNames.getOrDefault(name, name), editor.fresh(name + "_float"), OnnxDataType.FLOAT));
    }

    private String cast(String from, String to, OnnxDataType type) {
        editor.add(Node.of("Cast", List.of(from), List.of(to), Attribute.of("to", type.number()))
            .withName(editor.fresh("cast_" + to)));
        return to;
    }

    private Tensor half(Tensor tensor) {
        long count = tensor.elementCount().orElseThrow();
        var from = tensor.bytes();
        var to = scratch.allocate(count * Short.BYTES);
        var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            to.set(layout, i * Short.BYTES, toHalf(from.get(TensorNumbers.FLOAT, i * Float.BYTES)));
        }
        var dims = tensor.dims().stream().mapToLong(Long::longValue).toArray();
        return Tensor.of(tensor.name(), OnnxDataType.FLOAT16, dims, to);
    }

    /** The nearest float16; what is finite stays finite. */
    static short toHalf(float value) {
        return Float.floatToFloat16(Float.isInfinite(value) ? value : Math.clamp(value, -LARGEST, LARGEST));
    }
}
