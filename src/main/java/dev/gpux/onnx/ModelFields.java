package dev.gpux.onnx;

import java.util.List;

/** What {@code ModelProto} holds, without the file it came from. */
record ModelFields(long irVersion, List<OperatorSet> opsets, String producerName, String producerVersion,
                   String domain, long modelVersion, String docString, Graph graph, List<LocalFunction> functions,
                   List<Property> metadata, UnknownFields unknown) {
    ModelFields {
        opsets = List.copyOf(opsets);
        functions = List.copyOf(functions);
        metadata = List.copyOf(metadata);
    }
}
