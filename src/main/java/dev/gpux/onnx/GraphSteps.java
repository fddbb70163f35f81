package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps that building a graph and building a model have in common.
 *
 * @param <B> the builder, so that steps can be chained
 */
abstract sealed class GraphSteps<B extends GraphSteps<B>> permits GraphBuilder, ModelBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final List<Tensor> initializers = new ArrayList<>();
    private final List<SparseTensor> sparseInitializers = new ArrayList<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();
    private final List<ValueInfo> valueInfos = new ArrayList<>();

    GraphSteps() {
    }

    abstract B self();

    /**
     * An input that is a tensor.
     *
     * @param dims numbers, names or {@code "?"}, see {@link ValueType#tensor}
     */
    public B input(String name, OnnxDataType type, Object... dims) {
        return input(name, ValueType.tensor(type, dims));
    }

    /** An input of any type. */
    public B input(String name, ValueType type) {
        inputs.add(ValueInfo.of(name, type));
        return self();
    }

    /**
     * An output that is a tensor.
     *
     * @param dims numbers, names or {@code "?"}, see {@link ValueType#tensor}
     */
    public B output(String name, OnnxDataType type, Object... dims) {
        return output(name, ValueType.tensor(type, dims));
    }

    /** An output of any type. */
    public B output(String name, ValueType type) {
        outputs.add(ValueInfo.of(name, type));
        return self();
    }

    /** The type of a value in between. */
    public B value(String name, ValueType type) {
        valueInfos.add(ValueInfo.of(name, type));
        return self();
    }

    /** A weight. */
    public B initializer(Tensor tensor) {
        initializers.add(tensor);
        return self();
    }

    /** A {@code float32} weight. */
    public B initializer(String name, long[] dims, float... values) {
        return initializer(Tensor.ofFloats(name, dims, values));
    }

    /** An {@code int64} weight: a shape, axes, indices. */
    public B initializer(String name, long[] dims, long... values) {
        return initializer(Tensor.ofLongs(name, dims, values));
    }

    /** A weight that is mostly zero. */
    public B sparseInitializer(SparseTensor tensor) {
        sparseInitializers.add(tensor);
        return self();
    }

    /** A node. */
    public B node(Node node) {
        nodes.add(node);
        return self();
    }

    /** A node of an operator of ONNX's own domain. */
    public B node(String opType, List<String> inputNames, List<String> outputNames, Attribute... attributes) {
        return node(Node.of(opType, inputNames, outputNames, attributes));
    }

    /** A node of an operator of another domain. */
    public B node(String domain, String opType, List<String> inputNames, List<String> outputNames,
                  Attribute... attributes) {
        return node(Node.of(opType, inputNames, outputNames, attributes).withDomain(domain));
    }

    Graph buildGraph(String name) {
        return new Graph(name, nodes, initializers, sparseInitializers, inputs, outputs, valueInfos, "", List.of(),
            UnknownFields.NONE);
    }
}
