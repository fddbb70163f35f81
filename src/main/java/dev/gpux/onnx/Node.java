package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One operation of a graph ({@code NodeProto}).
 *
 * @param name its name; may be empty
 * @param domain the domain of the operator; empty is ONNX's own
 * @param opType the operator
 * @param overload which of several functions of that name; mostly empty
 * @param inputs the values it reads; an empty name is an optional input left out
 * @param outputs the values it makes; an empty name is an optional output not wanted
 * @param attributes its constants
 * @param docString a text for people
 * @param metadata further facts
 * @param unknown fields without a name here
 */
public record Node(String name, String domain, String opType, String overload, List<String> inputs,
                   List<String> outputs, List<Attribute> attributes, String docString, List<Property> metadata,
                   UnknownFields unknown) {
    /** Copies the lists. */
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
        metadata = List.copyOf(metadata);
    }

    /** A node of an operator of ONNX's own domain. */
    public static Node of(String opType, List<String> inputs, List<String> outputs, Attribute... attributes) {
        return new Node("", "", opType, "", inputs, outputs, List.of(attributes), "", List.of(), UnknownFields.NONE);
    }

    /** The same node under another name. */
    public Node withName(String newName) {
        return new Node(newName, domain, opType, overload, inputs, outputs, attributes, docString, metadata, unknown);
    }

    /** The same node with another operator. */
    public Node withOperator(String newDomain, String newOpType) {
        return new Node(name, newDomain, newOpType, overload, inputs, outputs, attributes, docString, metadata,
            unknown);
    }

    /** The same node with an operator of that domain. */
    public Node withDomain(String newDomain) {
        return withOperator(newDomain, opType);
    }

    /** The same node with other inputs. */
    public Node withInputs(List<String> newInputs) {
        return new Node(name, domain, opType, overload, newInputs, outputs, attributes, docString, metadata, unknown);
    }

    /** The same node with other outputs. */
    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, domain, opType, overload, inputs, newOutputs, attributes, docString, metadata, unknown);
    }

    /** The same node with other attributes. */
    public Node withAttributes(List<Attribute> newAttributes) {
        return new Node(name, domain, opType, overload, inputs, outputs, newAttributes, docString, metadata, unknown);
    }

    /** The same node with one attribute added, or replaced if it has one of that name. */
    public Node withAttribute(Attribute attribute) {
        var changed = new ArrayList<>(attributes);
        changed.removeIf(a -> a.name().equals(attribute.name()));
        changed.add(attribute);
        return withAttributes(changed);
    }

    /** The attribute with that name. */
    public Optional<Attribute> attribute(String attributeName) {
        for (var attribute : attributes) {
            if (attribute.name().equals(attributeName)) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }

    /** The value of an {@code INT} attribute; empty if there is none or it has another type. */
    public OptionalLong intAttribute(String attributeName) {
        return attribute(attributeName).map(Attribute::value).orElse(new AttributeValue.UnknownValue(0))
            instanceof AttributeValue.IntValue(long value) ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /** The graphs in its attributes. */
    public List<Graph> subgraphs() {
        if (attributes.isEmpty()) {
            return List.of();
        }
        var graphs = new ArrayList<Graph>();
        for (var attribute : attributes) {
            switch (attribute.value()) {
                case AttributeValue.GraphValue(var graph) -> graphs.add(graph);
                case AttributeValue.GraphsValue(var several) -> graphs.addAll(several);
                default -> { }
            }
        }
        return graphs.isEmpty() ? List.of() : List.copyOf(graphs);
    }

    /** Domain and operator: {@code MatMul}, {@code com.microsoft.FusedGemm}. */
    public String operator() {
        return OperatorSet.isOnnx(domain) ? opType : domain + "." + opType;
    }

    /** The operator and the name or the first output. */
    @Override
    public String toString() {
        if (!name.isEmpty()) {
            return Names.show(operator()) + " " + Names.quote(name);
        }
        return Names.show(operator()) + (outputs.isEmpty() ? "" : " → " + Names.quote(outputs.getFirst()));
    }
}
