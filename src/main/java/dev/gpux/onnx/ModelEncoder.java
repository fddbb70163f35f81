package dev.gpux.onnx;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Encodes the model tree; fields in the order of their numbers, as protobuf's own writers do, unknown ones last.
 *
 * <p>What is 0 or empty is left out, which reads the same.
 */
final class ModelEncoder {
    private final ProtoWriter out;
    private final UnaryOperator<Tensor> weights;
    private final UnaryOperator<Tensor> constants;
    private final TypeEncoder types;

    /**
     * An encoder.
     *
     * @param weights   gives, for each initialiser in the order of the file, the tensor to write
     * @param constants the same for all other tensors
     */
    ModelEncoder(ProtoWriter out, UnaryOperator<Tensor> weights, UnaryOperator<Tensor> constants) {
        this.out = out;
        this.weights = weights;
        this.constants = constants;
        this.types = new TypeEncoder(out);
    }

    void model(ModelFields model) {
        out.number(1, model.irVersion());
        out.text(2, model.producerName());
        out.text(3, model.producerVersion());
        out.text(4, model.domain());
        out.number(5, model.modelVersion());
        out.text(6, model.docString());
        out.message(7, () -> graph(model.graph()));
        opsets(8, model.opsets());
        properties(14, model.metadata());
        model.functions().forEach(function -> out.message(25, () -> function(function)));
        unknown(model.unknown());
    }

    private void graph(Graph graph) {
        graph.nodes().forEach(node -> out.message(1, () -> node(node)));
        out.text(2, graph.name());
        graph.initializers().forEach(tensor -> out.message(5, () -> tensor(weights.apply(tensor))));
        out.text(10, graph.docString());
        valueInfos(11, graph.inputs());
        valueInfos(12, graph.outputs());
        valueInfos(13, graph.valueInfos());
        graph.sparseInitializers().forEach(tensor -> out.message(15, () -> sparse(tensor)));
        properties(16, graph.metadata());
        unknown(graph.unknown());
    }

    private void node(Node node) {
        // An empty name is an argument left out, and counts.
        node.inputs().forEach(input -> out.textField(1, input));
        node.outputs().forEach(output -> out.textField(2, output));
        out.text(3, node.name());
        out.text(4, node.opType());
        node.attributes().forEach(attribute -> out.message(5, () -> attribute(attribute)));
        out.text(6, node.docString());
        out.text(7, node.domain());
        out.text(8, node.overload());
        properties(9, node.metadata());
        unknown(node.unknown());
    }

    private void attribute(Attribute attribute) {
        out.text(1, attribute.name());
        value(attribute.value());
        out.text(13, attribute.docString());
        out.number(20, attribute.type());
        if (attribute.value() instanceof AttributeValue.Reference(var name, _)) {
            out.text(21, name);
        }
        unknown(attribute.unknown());
    }

    private void value(AttributeValue value) {
        switch (value) {
            case AttributeValue.FloatValue(float f) -> out.float32(2, f);
            case AttributeValue.IntValue(long i) -> out.varintField(3, i);
            case AttributeValue.StringValue(var s) -> out.bytes(4, s.segment());
            case AttributeValue.TensorValue(var t) -> out.message(5, () -> tensor(constants.apply(t)));
            case AttributeValue.GraphValue(var g) -> out.message(6, () -> graph(g));
            case AttributeValue.FloatsValue floats -> floats.field().copyTo(out);
            case AttributeValue.IntsValue ints -> ints.field().copyTo(out);
            case AttributeValue.StringsValue strings -> strings.field().copyTo(out);
            case AttributeValue.TensorsValue(var list) -> list.forEach(
                t -> out.message(10, () -> tensor(constants.apply(t))));
            case AttributeValue.GraphsValue(var list) -> list.forEach(g -> out.message(11, () -> graph(g)));
            case AttributeValue.TypeValue(var type) -> out.message(14, () -> types.type(type));
            case AttributeValue.TypesValue(var list) -> list.forEach(t -> out.message(15, () -> types.type(t)));
            case AttributeValue.SparseTensorValue(var t) -> out.message(22, () -> sparse(t));
            case AttributeValue.SparseTensorsValue(var list) -> list.forEach(t -> out.message(23, () -> sparse(t)));
            case AttributeValue.Reference _, AttributeValue.UnknownValue _ -> { }
        }
    }

    void tensor(Tensor tensor) {
        tensor.dims().forEach(dim -> out.varintField(1, dim));
        out.number(2, tensor.dataType());
        if (tensor.data() instanceof TensorData.Typed typed) {
            typed.values().copyTo(out);
        }
        out.text(8, tensor.name());
        if (tensor.data() instanceof TensorData.Raw(var bytes)) {
            out.bytes(9, bytes.segment());
        }
        out.text(12, tensor.docString());
        if (tensor.data() instanceof TensorData.External external) {
            properties(13, external.entries());
            out.varintField(14, 1);
        }
        properties(16, tensor.metadata());
        unknown(tensor.unknown());
    }

    private void sparse(SparseTensor tensor) {
        out.message(1, () -> tensor(constants.apply(tensor.values())));
        out.message(2, () -> tensor(constants.apply(tensor.indices())));
        tensor.dims().forEach(dim -> out.varintField(3, dim));
    }

    private void function(LocalFunction function) {
        out.text(1, function.name());
        function.inputs().forEach(input -> out.textField(4, input));
        function.outputs().forEach(output -> out.textField(5, output));
        function.attributeNames().forEach(name -> out.textField(6, name));
        function.nodes().forEach(node -> out.message(7, () -> node(node)));
        out.text(8, function.docString());
        opsets(9, function.opsets());
        out.text(10, function.domain());
        function.attributes().forEach(attribute -> out.message(11, () -> attribute(attribute)));
        valueInfos(12, function.valueInfos());
        out.text(13, function.overload());
        properties(14, function.metadata());
        unknown(function.unknown());
    }

    private void valueInfos(int field, List<ValueInfo> values) {
        for (var value : values) {
            out.message(field, () -> {
                out.text(1, value.name());
                if (!value.type().equals(ValueType.UNKNOWN)) {
                    out.message(2, () -> types.type(value.type()));
                }
                out.text(3, value.docString());
                properties(4, value.metadata());
                unknown(value.unknown());
            });
        }
    }

    private void opsets(int field, List<OperatorSet> opsets) {
        for (var opset : opsets) {
            out.message(field, () -> {
                out.text(1, opset.domain());
                out.varintField(2, opset.version());
            });
        }
    }

    private void properties(int field, List<Property> properties) {
        for (var property : properties) {
            out.message(field, () -> {
                out.text(1, property.key());
                out.text(2, property.value());
            });
        }
    }

    private void unknown(UnknownFields fields) {
        fields.records().forEach(record -> out.raw(Span.of(record.segment())));
    }
}
