package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.Optional;

/**
 * Reads {@code ModelProto} and what is in it; field numbers from onnx.proto (ONNX 1.23, IR version 14).
 *
 * <p>Not thread-safe: one reading, one reader.
 */
final class ModelReader {
    private final TensorReader tensors;
    private final AttributeReader attributes;

    ModelReader(ExternalFiles files) {
        this.tensors = new TensorReader(files);
        this.attributes = new AttributeReader(this, tensors);
    }

    ModelFields model(Span span) {
        var r = ProtoReader.of(span, "model");
        long irVersion = 0;
        long modelVersion = 0;
        var producerName = "";
        var producerVersion = "";
        var domain = "";
        var docString = "";
        Optional<Graph> graph = Optional.empty();
        var opsets = new ArrayList<OperatorSet>();
        var metadata = new ArrayList<Property>();
        var functions = new ArrayList<LocalFunction>();
        var unknown = new UnknownCollector();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> irVersion = r.varint("ir_version");
                case 2 -> producerName = r.string("producer_name");
                case 3 -> producerVersion = r.string("producer_version");
                case 4 -> domain = r.string("domain");
                case 5 -> modelVersion = r.varint("model_version");
                case 6 -> docString = r.string("doc_string");
                case 7 -> {
                    // Protobuf would merge two graphs; a model must not look different to two readers.
                    if (graph.isPresent()) {
                        throw r.fail("a second graph");
                    }
                    graph = Optional.of(graph(r.message("graph")));
                }
                case 8 -> opsets.add(operatorSet(r.message("opset_import")));
                case 14 -> metadata.add(property(r.message("metadata_props")));
                case 25 -> functions.add(function(r.message("functions")));
                default -> unknown.keep(r);
            }
        }
        return new ModelFields(irVersion, opsets, producerName, producerVersion, domain, modelVersion, docString,
            graph.orElseThrow(() -> new OnnxFormatException("there is no graph in it")), functions, metadata,
            unknown.toFields());
    }

    Graph graph(ProtoReader r) {
        var name = "";
        var docString = "";
        var nodes = new ArrayList<Node>();
        var initializers = new ArrayList<Tensor>();
        var sparse = new ArrayList<SparseTensor>();
        var inputs = new ArrayList<ValueInfo>();
        var outputs = new ArrayList<ValueInfo>();
        var valueInfos = new ArrayList<ValueInfo>();
        var metadata = new ArrayList<Property>();
        var unknown = new UnknownCollector();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> nodes.add(node(r.message("node")));
                case 2 -> name = r.string("name");
                case 5 -> initializers.add(tensors.tensor(r.message("initializer")));
                case 10 -> docString = r.string("doc_string");
                case 11 -> inputs.add(valueInfo(r.message("input")));
                case 12 -> outputs.add(valueInfo(r.message("output")));
                case 13 -> valueInfos.add(valueInfo(r.message("value_info")));
                case 15 -> sparse.add(tensors.sparse(r.message("sparse_initializer")));
                case 16 -> metadata.add(property(r.message("metadata_props")));
                default -> unknown.keep(r);
            }
        }
        return new Graph(name, nodes, initializers, sparse, inputs, outputs, valueInfos, docString, metadata,
            unknown.toFields());
    }

    private Node node(ProtoReader r) {
        var name = "";
        var domain = "";
        var opType = "";
        var overload = "";
        var docString = "";
        var inputs = new ArrayList<String>(4);
        var outputs = new ArrayList<String>(1);
        var attributeList = new ArrayList<Attribute>(4);
        var metadata = new ArrayList<Property>(0);
        var unknown = new UnknownCollector();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> inputs.add(r.string("input"));
                case 2 -> outputs.add(r.string("output"));
                case 3 -> name = r.string("name");
                case 4 -> opType = r.string("op_type");
                case 5 -> attributeList.add(attributes.attribute(r.message("attribute")));
                case 6 -> docString = r.string("doc_string");
                case 7 -> domain = r.string("domain");
                case 8 -> overload = r.string("overload");
                case 9 -> metadata.add(property(r.message("metadata_props")));
                default -> unknown.keep(r);
            }
        }
        return new Node(name, domain, opType, overload, inputs, outputs, attributeList, docString, metadata,
            unknown.toFields());
    }

    private LocalFunction function(ProtoReader r) {
        var name = "";
        var domain = "";
        var overload = "";
        var docString = "";
        var inputs = new ArrayList<String>();
        var outputs = new ArrayList<String>();
        var attributeNames = new ArrayList<String>();
        var attributeList = new ArrayList<Attribute>();
        var nodes = new ArrayList<Node>();
        var opsets = new ArrayList<OperatorSet>();
        var valueInfos = new ArrayList<ValueInfo>();
        var metadata = new ArrayList<Property>();
        var unknown = new UnknownCollector();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> name = r.string("name");
                case 4 -> inputs.add(r.string("input"));
                case 5 -> outputs.add(r.string("output"));
                case 6 -> attributeNames.add(r.string("attribute"));
                case 7 -> nodes.add(node(r.message("node")));
                case 8 -> docString = r.string("doc_string");
                case 9 -> opsets.add(operatorSet(r.message("opset_import")));
                case 10 -> domain = r.string("domain");
                case 11 -> attributeList.add(attributes.attribute(r.message("attribute_proto")));
                case 12 -> valueInfos.add(valueInfo(r.message("value_info")));
                case 13 -> overload = r.string("overload");
                case 14 -> metadata.add(property(r.message("metadata_props")));
                default -> unknown.keep(r);
            }
        }
        return new LocalFunction(domain, name, overload, inputs, outputs, attributeNames, attributeList, nodes, opsets,
            valueInfos, docString, metadata, unknown.toFields());
    }

    private static ValueInfo valueInfo(ProtoReader r) {
        var name = "";
        var docString = "";
        var type = ValueType.UNKNOWN;
        var metadata = new ArrayList<Property>(0);
        var unknown = new UnknownCollector();
        while (r.next()) {
            switch (r.field()) {
                case 1 -> name = r.string("name");
                case 2 -> type = TypeReader.read(r.message("type"));
                case 3 -> docString = r.string("doc_string");
                case 4 -> metadata.add(property(r.message("metadata_props")));
                default -> unknown.keep(r);
            }
        }
        return new ValueInfo(name, type, docString, metadata, unknown.toFields());
    }

    private static OperatorSet operatorSet(ProtoReader r) {
        var domain = "";
        long version = 0;
        while (r.next()) {
            switch (r.field()) {
                case 1 -> domain = r.string("domain");
                case 2 -> version = r.varint("version");
                default -> r.skip();
            }
        }
        return new OperatorSet(domain, version);
    }

    static Property property(ProtoReader r) {
        var key = "";
        var value = "";
        while (r.next()) {
            switch (r.field()) {
                case 1 -> key = r.string("key");
                case 2 -> value = r.string("value");
                default -> r.skip();
            }
        }
        return new Property(key, value);
    }
}
