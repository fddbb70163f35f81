package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds an {@link OnnxModel} in code.
 *
 * <pre>{@code
 * var model = ModelBuilder.create()
 *     .input("x", FLOAT, "N", 3)
 *     .initializer("w", new long[] {3, 2}, 1f, 2f, 3f, 4f, 5f, 6f)
 *     .node("MatMul", List.of("x", "w"), List.of("y"))
 *     .output("y", FLOAT, "N", 2)
 *     .build();
 * OnnxWriter.write(model, path);
 * }</pre>
 *
 * <p>Unless told otherwise the model has IR version 8 and opset 17, which every ORT from 1.12 on reads. Nothing is
 * checked but the Java types; {@link ModelCheck} does that. Not thread-safe.
 */
public final class ModelBuilder extends GraphSteps<ModelBuilder> {
    private static final OperatorSet DEFAULT_OPSET = new OperatorSet("", 17);

    private final List<OperatorSet> opsets = new ArrayList<>();
    private final List<LocalFunction> functions = new ArrayList<>();
    private final List<Property> metadata = new ArrayList<>();
    private String graphName = "graph";
    private String producerName = "gpux";
    private String producerVersion = "";
    private String docString = "";
    private long irVersion = 8;

    private ModelBuilder() {
    }

    /** A builder of a model without anything in it. */
    public static ModelBuilder create() {
        return new ModelBuilder();
    }

    @Override
    ModelBuilder self() {
        return this;
    }

    /** The version of the file format. */
    public ModelBuilder irVersion(long version) {
        irVersion = version;
        return this;
    }

    /** The version of ONNX's own operators. */
    public ModelBuilder opset(long version) {
        return opset("", version);
    }

    /** The version of the operators of a domain: {@code opset("ai.onnx.ml", 3)}. */
    public ModelBuilder opset(String domain, long version) {
        opsets.add(new OperatorSet(domain, version));
        return this;
    }

    /** The graph's name. */
    public ModelBuilder name(String name) {
        graphName = name;
        return this;
    }

    /** The tool that makes the model. */
    public ModelBuilder producer(String name, String version) {
        producerName = name;
        producerVersion = version;
        return this;
    }

    /** A text for people. */
    public ModelBuilder docString(String text) {
        docString = text;
        return this;
    }

    /** A further fact. */
    public ModelBuilder metadata(String key, String value) {
        metadata.add(new Property(key, value));
        return this;
    }

    /** An operator that the model defines itself. */
    public ModelBuilder function(LocalFunction function) {
        functions.add(function);
        return this;
    }

    /** The model as built so far. */
    public OnnxModel build() {
        var allOpsets = new ArrayList<>(opsets);
        if (opsets.stream().noneMatch(OperatorSet::isOnnx)) {
            allOpsets.addFirst(DEFAULT_OPSET);
        }
        return OnnxModel.of(new ModelFields(irVersion, allOpsets, producerName, producerVersion, "", 0, docString,
            buildGraph(graphName), functions, metadata, UnknownFields.NONE));
    }
}
