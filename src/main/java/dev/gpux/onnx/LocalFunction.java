package dev.gpux.onnx;

import java.util.List;

/**
 * An operator that the model defines itself out of others ({@code FunctionProto}, a model-local function).
 *
 * @param domain the domain of the operator it defines
 * @param name the operator it defines
 * @param overload which of several of that name; mostly empty
 * @param inputs the names of its parameters
 * @param outputs the names of its results
 * @param attributeNames attributes that a caller must give
 * @param attributes attributes that have a default
 * @param nodes its body
 * @param opsets the operator sets that the body uses
 * @param valueInfos declared types of values in the body
 * @param docString a text for people
 * @param metadata further facts
 * @param unknown fields without a name here
 */
public record LocalFunction(String domain, String name, String overload, List<String> inputs, List<String> outputs,
                            List<String> attributeNames, List<Attribute> attributes, List<Node> nodes,
                            List<OperatorSet> opsets, List<ValueInfo> valueInfos, String docString,
                            List<Property> metadata, UnknownFields unknown) {
    /** Copies the lists. */
    public LocalFunction {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributeNames = List.copyOf(attributeNames);
        attributes = List.copyOf(attributes);
        nodes = List.copyOf(nodes);
        opsets = List.copyOf(opsets);
        valueInfos = List.copyOf(valueInfos);
        metadata = List.copyOf(metadata);
    }

    /** A function without attributes. */
    public static LocalFunction of(String domain, String name, List<String> inputs, List<String> outputs,
                                   List<OperatorSet> opsets, List<Node> nodes) {
        return new LocalFunction(domain, name, "", inputs, outputs, List.of(), List.of(), nodes, opsets, List.of(), "",
            List.of(), UnknownFields.NONE);
    }

    /** Domain, name and overload: {@code my.Twice}. */
    public String operator() {
        return (domain.isEmpty() ? "" : domain + ".") + name + (overload.isEmpty() ? "" : ":" + overload);
    }

    @Override
    public String toString() {
        return Names.show(operator());
    }
}
