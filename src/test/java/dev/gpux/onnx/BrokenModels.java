package dev.gpux.onnx;

import static dev.gpux.onnx.OnnxDataType.BOOL;
import static dev.gpux.onnx.OnnxDataType.FLOAT;
import static dev.gpux.onnx.OnnxDataType.INT64;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Small models, each with one thing wrong. */
final class BrokenModels {
    private static final OperatorSet ONNX_17 = new OperatorSet("", 17);

    private final List<Broken> models = new ArrayList<>();

    /**
     * A model with one thing wrong.
     *
     * @param name the rule that must find it, and a remark after a colon
     */
    record Broken(Finding.Severity severity, String name, byte[] bytes) {
        String rule() {
            return name.split(":")[0];
        }

        @Override
        public String toString() {
            return severity + " " + name;
        }
    }

    private BrokenModels() {
    }

    /** A model that adds a weight to its input; all broken ones are made from it. */
    static ModelBuilder sound() {
        return ModelBuilder.create().input("x", FLOAT, 2).initializer("w", new long[] {2}, 1f, 2f)
            .node(Node.of("Add", List.of("x", "w"), List.of("y")).withName("add")).output("y", FLOAT, 2);
    }

    /** All of them. */
    static List<Broken> all() {
        var broken = new BrokenModels();
        broken.header();
        broken.names();
        broken.edges();
        broken.types();
        broken.weights();
        broken.sparseWeights();
        broken.attributes();
        broken.functions();
        broken.operators();
        return broken.models;
    }

    private void error(String name, ModelBuilder builder) {
        error(name, builder.build());
    }

    private void error(String name, OnnxModel model) {
        add(Finding.Severity.ERROR, name, model);
    }

    private void warning(String name, ModelBuilder builder) {
        warning(name, builder.build());
    }

    private void warning(String name, OnnxModel model) {
        add(Finding.Severity.WARNING, name, model);
    }

    private void add(Finding.Severity severity, String name, OnnxModel model) {
        models.add(new Broken(severity, name, OnnxWriter.toBytes(model, WeightPlacement.AS_REFERENCED)));
    }

    private void header() {
        error("ir-version: 0", sound().irVersion(0));
        error("ir-version: negative", sound().irVersion(-3));
        error("opset-missing", sound().build().withOpsets(List.of()));
        error("opset-duplicate", sound().opset(17).opset("ai.onnx", 16));
        warning("opset-duplicate: equal ones", sound().opset(17).opset("ai.onnx", 17));
        error("opset-version: 0", sound().opset(0));
        warning("domain-not-imported: com.microsoft",
            sound().node("com.microsoft", "Gelu", List.of("y"), List.of("z")).output("z", FLOAT, 2));
        warning("domain-not-imported: ai.onnx.ml",
            sound().node("ai.onnx.ml", "Normalizer", List.of("y"), List.of("z")).output("z", FLOAT, "?"));
        warning("domain-not-imported: ONNX's own",
            sound().build().withOpsets(List.of(new OperatorSet("ai.onnx.ml", 3))));
        warning("duplicate-name: metadata", sound().metadata("k", "1").metadata("k", "2"));
    }

    private void names() {
        error("duplicate-name: node outputs", sound().node("Relu", List.of("x"), List.of("y")));
        error("duplicate-name: output of one node",
            sound().node("Split", List.of("x"), List.of("a", "a"), Attribute.of("axis", 0)).output("a", FLOAT, 1));
        error("duplicate-name: node makes an input", sound().node("Relu", List.of("y"), List.of("x")));
        error("duplicate-name: node makes an initializer", sound().node("Relu", List.of("y"), List.of("w")));
        error("duplicate-name: inputs", sound().input("x", FLOAT, 2));
        warning("duplicate-name: outputs", sound().output("y", FLOAT, 2));
        warning("duplicate-name: initializers", sound().initializer("w", new long[] {2}, 1f, 2f));
        error("duplicate-name: nodes", sound().node(Node.of("Relu", List.of("y"), List.of("z")).withName("add"))
            .output("z", FLOAT, 2));
        warning("duplicate-name: values", sound().value("v", ValueType.tensor(FLOAT))
            .value("v", ValueType.tensor(INT64)));
        error("duplicate-name: an inner value hides an outer one", withBranches(GraphBuilder.create("b")
            .node("Relu", List.of("x"), List.of("y")).output("y", FLOAT, 2).build()));
        warning("duplicate-name: an inner weight hides an outer one", withBranches(GraphBuilder.create("b")
            .initializer("w", new long[] {2}, 5f, 6f).node("Relu", List.of("w"), List.of("v"))
            .output("v", FLOAT, 2).build()));
        warning("duplicate-name: an inner input hides an outer value", sound().opset(17)
            .initializer("n", new long[0], 2L).initializer(Tensor.of("on", BOOL, new long[0],
                MemorySegment.ofArray(new byte[] {1})))
            .node("Loop", List.of("n", "on", "x"), List.of("r"), Attribute.of("body", GraphBuilder.create("b")
                .input("i", INT64).input("go", BOOL).input("y", FLOAT, 2)
                .node("Identity", List.of("go"), List.of("go2")).node("Relu", List.of("y"), List.of("v"))
                .output("go2", BOOL).output("v", FLOAT, 2).build())).output("r", FLOAT, 2));
        error("name-missing: input", sound().input("", FLOAT, 2));
        error("name-missing: output", sound().output("", FLOAT, 2));
        warning("name-missing: initializer", sound().initializer("", new long[] {1}, 1f));
        error("name-missing: operator", sound().node("", List.of("x"), List.of("z")).output("z", FLOAT, 2));
        error("output-missing", ModelBuilder.create().input("x", FLOAT, 2).node("Relu", List.of("x"), List.of("z")));
    }

    private void edges() {
        error("no-producer: input of a node", sound().node("Relu", List.of("nothing"), List.of("z"))
            .output("z", FLOAT, 2));
        error("no-producer: output", sound().output("nothing", FLOAT, 2));
        error("no-producer: output of a branch", withBranches(GraphBuilder.create("b")
            .node("Relu", List.of("x"), List.of("z")).output("nothing", FLOAT, 2).build()));
        error("no-producer: a value of a branch used outside", withBranches(GraphBuilder.create("b")
            .node("Relu", List.of("x"), List.of("inner")).output("inner", FLOAT, 2).build())
            .node("Relu", List.of("inner"), List.of("z")).output("z", FLOAT, 2));
        warning("not-sorted", ModelBuilder.create().input("x", FLOAT, 2).node("Relu", List.of("h"), List.of("y"))
            .node("Abs", List.of("x"), List.of("h")).output("y", FLOAT, 2));
        error("not-sorted: in a branch", withBranches(GraphBuilder.create("b")
            .node("Relu", List.of("h"), List.of("z")).node("Abs", List.of("x"), List.of("h"))
            .output("z", FLOAT, 2).build()));
        warning("not-sorted: through a branch", ModelBuilder.create().input("c", BOOL).input("x", FLOAT, 2)
            .node(branches(GraphBuilder.create("b").node("Relu", List.of("h"), List.of("z"))
                .output("z", FLOAT, 2).build()))
            .node("Abs", List.of("x"), List.of("h")).output("r", FLOAT, 2));
        error("cycle: one node", sound().node("Add", List.of("x", "z"), List.of("z")).output("z", FLOAT, 2));
        error("cycle: two nodes", sound().node("Add", List.of("x", "b"), List.of("a"))
            .node("Add", List.of("x", "a"), List.of("b")).output("b", FLOAT, 2));
        error("cycle: through a branch", ModelBuilder.create().input("c", BOOL).input("x", FLOAT, 2)
            .node(branches(GraphBuilder.create("b").node("Relu", List.of("r"), List.of("z"))
                .output("z", FLOAT, 2).build())).output("r", FLOAT, 2));
    }

    private static ModelBuilder withBranches(Graph branch) {
        return sound().input("c", BOOL).node(branches(branch)).output("r", FLOAT, 2);
    }

    private static Node branches(Graph branch) {
        return Node.of("If", List.of("c"), List.of("r"), Attribute.of("then_branch", branch),
            Attribute.of("else_branch", branch));
    }

    private void types() {
        error("type-missing: input", sound().input("z", ValueType.UNKNOWN));
        error("type-missing: element of a sequence", sound().input("z", ValueType.sequence(ValueType.UNKNOWN)));
        error("type-missing: value of a map", sound().input("z", ValueType.map(INT64, ValueType.UNKNOWN)));
        error("type-missing: optional", sound().input("z", ValueType.optional(ValueType.UNKNOWN)));
        error("type-unknown: input", sound().input("z", tensorType(99)));
        error("type-unknown: undefined", sound().input("z", tensorType(0)));
        error("type-unknown: key of a map", sound().input("z", new ValueType.MapType(77,
            ValueType.tensorOfAnyShape(FLOAT), "")));
        error("type-unknown: output", sound().node("Relu", List.of("x"), List.of("z")).output("z", tensorType(99)));
        warning("type-unknown: value", sound().value("y", tensorType(99)));
        warning("shape: negative", sound().input("z", FLOAT, -1, 2));
    }

    private static ValueType tensorType(int element) {
        return new ValueType.TensorType(element, Optional.of(List.of(Dim.of(2))), "");
    }

    /** With these ONNX Runtime 1.29 ends the process. */
    private void operators() {
        error("random-range", sound().node("RandomUniformLike", List.of("x"), List.of("z"), Attribute.of("low", 0f),
            Attribute.of("high", -1f)).output("z", FLOAT, 2));
        error("random-range: not a number", sound().node("RandomUniform", List.of(), List.of("z"),
            Attribute.ofInts("shape", 2), Attribute.of("high", Float.NaN)).output("z", FLOAT, 2));
        error("axis", sound().opset(17).node("LayerNormalization", List.of("x", "w"), List.of("z"),
            Attribute.of("axis", 1L << 31)).output("z", FLOAT, 2));
        error("axis: of several", sound().opset(11).node("Squeeze", List.of("x"), List.of("z"),
            Attribute.ofInts("axes", 0, Long.MIN_VALUE)).output("z", FLOAT, 2));
        error("resize-scales", sound().opset(13).input("image", FLOAT, 1, 1, 2, 2).input("scales", FLOAT, 127)
            .node("Resize", List.of("image", "", "scales"), List.of("z")).output("z", FLOAT, 1, 1, 4, 4));
        error("resize-scales: in a branch", withBranches(GraphBuilder.create("b")
            .initializer("scales", new long[] {2}, 2f, 2f)
            .node("Resize", List.of("x", "", "scales"), List.of("z")).output("z", FLOAT, 4).build()));
        error("recurrent-rank", sound().opset(14).input("s", FLOAT, 2, 1, 3).input("r", FLOAT)
            .initializer("g", new long[] {1, 3, 3}, new float[9])
            .node("GRU", List.of("s", "g", "r"), List.of("z"), Attribute.of("hidden_size", 1))
            .output("z", FLOAT, 2, 1, 1, 1));
    }

    private void weights() {
        error("weight-size: too few", weight(raw("v", FLOAT, 12, 4)));
        error("weight-size: too many", weight(raw("v", FLOAT, 12, 2)));
        error("weight-size: nothing", weight(new Tensor("v", 1, List.of(2L), new TensorData.None(), "",
            List.of(), UnknownFields.NONE)));
        error("weight-size: raw strings", weight(raw("v", OnnxDataType.STRING, 4, 1)));
        error("weight-size: strings", weight(Tensor.ofStrings("v", new long[] {3}, "a", "b")));
        error("weight-size: a constant", sound().node("Constant", List.of(), List.of("z"),
            Attribute.of("value", raw("v", INT64, 4, 1))).output("z", INT64, 1));
        error("weight-size: wrong field", tensor(w -> {
            w.varintField(1, 1);
            w.number(2, FLOAT.number());
            w.varintField(7, 1);
            w.text(8, "v");
        }));
        error("weight-size: packed field cut", tensor(w -> {
            w.varintField(1, 1);
            w.number(2, FLOAT.number());
            w.message(4, () -> w.fixed(0, 3));
            w.text(8, "v");
        }));
        error("weight-ambiguous: raw and typed", tensor(w -> {
            w.varintField(1, 1);
            w.number(2, FLOAT.number());
            w.float32(4, 1f);
            w.text(8, "v");
            w.bytes(9, MemorySegment.ofArray(new byte[4]));
        }));
        error("weight-ambiguous: two typed", tensor(w -> {
            w.varintField(1, 1);
            w.number(2, FLOAT.number());
            w.float32(4, 1f);
            w.varintField(5, 1);
            w.text(8, "v");
        }));
        error("weight-ambiguous: raw and external", tensor(w -> {
            w.varintField(1, 1);
            w.number(2, FLOAT.number());
            w.text(8, "v");
            w.bytes(9, MemorySegment.ofArray(new byte[4]));
            w.message(13, () -> {
                w.text(1, "location");
                w.text(2, "none");
            });
            w.varintField(14, 1);
        }));
        error("weight-segment", tensor(w -> {
            w.varintField(1, 1);
            w.number(2, FLOAT.number());
            w.message(3, () -> w.varintField(1, 1));
            w.text(8, "v");
            w.bytes(9, MemorySegment.ofArray(new byte[4]));
        }));
        error("weight-shape: negative", weight(raw("v", FLOAT, 4, -1)));
        error("weight-shape: overflow", weight(raw("v", FLOAT, 4, 1L << 32, 1L << 32)));
        error("weight-shape: bytes overflow", weight(raw("v", FLOAT, 4, 1L << 62)));
        error("weight-size: absurd", weight(raw("v", FLOAT, 4, 1L << 40)));
        error("type-unknown: initializer", weight(new Tensor("v", 99, List.of(1L),
            new TensorData.Raw(Bytes.of((byte) 1)), "", List.of(), UnknownFields.NONE)));
        error("external-data: missing", weight(external("v", "none.bin")));
        error("external-data: outside", weight(external("v", "../none.bin")));
        error("external-data: memory address", weight(Tensor.ofExternal("v", FLOAT, new long[] {1},
            List.of(new Property("location", "*/_ORT_MEM_ADDR_/*"), new Property("offset", "16"),
                new Property("length", "4")))));
        error("external-data: two locations", weight(Tensor.ofExternal("v", FLOAT, new long[] {1},
            List.of(new Property("location", "a"), new Property("location", "b")))));
        error("external-data: strings", weight(Tensor.ofExternal("v", OnnxDataType.STRING, new long[] {1},
            List.of(new Property("location", "a")))));
    }

    /** The sound model with one more weight that is an output, so that it cannot be dropped as unused. */
    private static ModelBuilder weight(Tensor tensor) {
        var type = new ValueType.TensorType(tensor.dataType(), Optional.empty(), "");
        return sound().initializer(tensor).node("Identity", List.of("v"), List.of("z")).output("z", type);
    }

    private static Tensor raw(String name, OnnxDataType type, int bytes, long... dims) {
        return Tensor.of(name, type, dims, MemorySegment.ofArray(new byte[bytes]));
    }

    private static Tensor external(String name, String location) {
        return Tensor.ofExternal(name, FLOAT, new long[] {1}, List.of(new Property("location", location)));
    }

    /** The sound model with one more initialiser, encoded by hand. */
    private static OnnxModel tensor(Consumer<ProtoWriter> fields) {
        var graph = new ProtoWriter();
        graph.message(5, () -> fields.accept(graph));
        return withUnknownInGraph(graph.toBytes());
    }

    private static OnnxModel withUnknownInGraph(byte[] fields) {
        var model = sound().node("Identity", List.of("v"), List.of("z")).output("z", FLOAT, 1).build();
        var graph = model.graph();
        var bytes = OnnxWriter.toBytes(model.withGraph(new Graph(graph.name(), graph.nodes(), graph.initializers(),
            graph.sparseInitializers(), graph.inputs(), graph.outputs(), graph.valueInfos(), "", List.of(),
            new UnknownFields(List.of(Bytes.of(fields))))));
        return OnnxModel.parse(MemorySegment.ofArray(bytes));
    }

    private void sparseWeights() {
        error("sparse-shape: float indices", sound().node("Identity", List.of("s"), List.of("z"))
            .output("z", FLOAT, 2).sparseInitializer(new SparseTensor(
            Tensor.ofFloats("s", new long[] {1}, 1f), Tensor.ofFloats("", new long[] {1}, 1f), List.of(2L))));
        error("sparse-shape: more indices than values", sound().node("Identity", List.of("s"), List.of("z"))
            .output("z", FLOAT, 2).sparseInitializer(new SparseTensor(
            Tensor.ofFloats("s", new long[] {1}, 1f), Tensor.ofLongs("", new long[] {2}, 0, 1), List.of(2L))));
        error("sparse-index: behind the end", usingSparse().sparseInitializer(sparse(2)));
        error("sparse-index: negative", usingSparse().sparseInitializer(sparse(-1)));
        error("sparse-index: far behind the end", usingSparse().sparseInitializer(sparse(1L << 40)));
        error("sparse-index: in the second dimension", sound().node("Identity", List.of("s"), List.of("z"))
            .output("z", FLOAT, 2).sparseInitializer(new SparseTensor(
            Tensor.ofFloats("s", new long[] {1}, 1f), Tensor.ofLongs("", new long[] {1, 2}, 1, 3), List.of(2L, 3L))));
        error("weight-shape: sparse", sound().node("Identity", List.of("s"), List.of("z"))
            .output("z", FLOAT, 2).sparseInitializer(new SparseTensor(
            Tensor.ofFloats("s", new long[] {1}, 1f), Tensor.ofLongs("", new long[] {1}, 0), List.of(-2L))));
    }

    private static ModelBuilder usingSparse() {
        return sound().node("Identity", List.of("s"), List.of("z")).output("z", FLOAT, 2);
    }

    private static SparseTensor sparse(long index) {
        return new SparseTensor(Tensor.ofFloats("s", new long[] {1}, 1f), Tensor.ofLongs("", new long[] {1}, index),
            List.of(2L));
    }

    private void attributes() {
        error("duplicate-name: attributes", sound().node("LeakyRelu", List.of("y"), List.of("z"),
            Attribute.of("alpha", 0.5f), Attribute.of("alpha", 0.1f)).output("z", FLOAT, 2));
        error("name-missing: attribute", sound().node("Relu", List.of("y"), List.of("z"), Attribute.of("", 0.5f))
            .output("z", FLOAT, 2));
        error("attribute-type", sound().node("Relu", List.of("y"), List.of("z"),
            Attribute.of("a", new AttributeValue.UnknownValue(0))).output("z", FLOAT, 2));
        error("attribute-type: unknown", sound().node("Relu", List.of("y"), List.of("z"),
            Attribute.of("a", new AttributeValue.UnknownValue(99))).output("z", FLOAT, 2));
        var ints = new ProtoWriter();
        ints.varintField(AttributeType.INTS.field(), 1);
        error("attribute-ambiguous", sound().node("LeakyRelu", List.of("y"), List.of("z"),
            new Attribute("alpha", new AttributeValue.FloatValue(1f), "",
                new UnknownFields(List.of(Bytes.of(ints.toBytes()))))).output("z", FLOAT, 2));
        error("reference-outside-function", sound().node("LeakyRelu", List.of("y"), List.of("z"),
            Attribute.of("alpha", new AttributeValue.Reference("a", 1))).output("z", FLOAT, 2));
    }

    private void functions() {
        var uses17 = List.of(ONNX_17, new OperatorSet("f", 1));
        error("function-recursion: itself", calling("A").function(function("A", uses17, call("A", "a", "b"))));
        error("function-recursion: each other", calling("A").function(function("A", uses17, call("B", "a", "b")))
            .function(function("B", uses17, call("A", "a", "b"))));
        error("function-recursion: through a branch", calling("A").function(function("A", uses17,
            Node.of("Constant", List.of(), List.of("c"), Attribute.of("value_int", 1)),
            Node.of("If", List.of("c"), List.of("b"), Attribute.of("then_branch", callingGraph()),
                Attribute.of("else_branch", callingGraph())))));
        error("function-recursion: never called", sound().opset("f", 1).function(function("A", uses17,
            call("A", "a", "b"))));
        var doubling = calling("F40").function(function("F0", uses17, Node.of("Relu", List.of("a"), List.of("b"))));
        IntStream.rangeClosed(1, 40).forEach(i -> doubling.function(function("F" + i, uses17,
            call("F" + (i - 1), "a", "h"), call("F" + (i - 1), "h", "b"))));
        error("function-expansion", doubling);
        var chain = calling("F200").function(function("F0", uses17, Node.of("Relu", List.of("a"), List.of("b"))));
        IntStream.rangeClosed(1, 200).forEach(i -> chain.function(function("F" + i, uses17,
            call("F" + (i - 1), "a", "b"))));
        error("nesting: a long chain", chain);
        var uncalled = sound().opset(17).opset("f", 1);
        IntStream.rangeClosed(1, 200).forEach(i -> uncalled.function(function("F" + (200 - i), uses17,
            call("F" + (199 - i), "a", "b"))));
        error("nesting: a long chain that is never called", uncalled);
        // 30 functions inside each other, each with its call inside 4 branches.
        var mixed = calling("F30").function(function("F0", uses17, Node.of("Relu", List.of("a"), List.of("b"))));
        IntStream.rangeClosed(1, 30).forEach(i -> mixed.function(function("F" + i, uses17,
            Node.of("Constant", List.of(), List.of("c"), Attribute.of("value_int", 1)),
            inBranches(4, call("F" + (i - 1), "a", "v0")))));
        error("nesting: a chain through branches", mixed);
        var relu = Node.of("Relu", List.of("a"), List.of("b"));
        error("duplicate-name: functions", calling("A").function(function("A", uses17, relu))
            .function(function("A", uses17, relu)));
        error("not-sorted: in a function", calling("A").function(function("A", uses17,
            Node.of("Relu", List.of("h"), List.of("b")), Node.of("Abs", List.of("a"), List.of("h")))));
        error("cycle: in a function", calling("A").function(function("A", uses17,
            Node.of("Add", List.of("a", "b"), List.of("b")))));
        error("no-producer: in a function", calling("A").function(function("A", uses17,
            Node.of("Relu", List.of("x"), List.of("b")))));
        error("no-producer: output of a function", calling("A").function(function("A", uses17,
            Node.of("Relu", List.of("a"), List.of("c")))));
        error("domain-not-imported: in a function", calling("A").function(function("A", List.of(), relu)));
        warning("name-missing: function", calling("A").function(function("A", uses17, relu))
            .function(function("", uses17, relu)));
        error("duplicate-name: inputs of a function", sound().opset("f", 1).function(LocalFunction.of("f", "A",
            List.of("a", "a"), List.of("b"), uses17, List.of(relu))));
    }

    private static Node inBranches(int depth, Node leaf) {
        var node = leaf;
        for (int i = 0; i < depth; i++) {
            var output = node.outputs().getFirst();
            var branch = GraphBuilder.create("b").node(node).output(output, FLOAT, 2).build();
            node = branches(branch).withOutputs(List.of(i == depth - 1 ? "b" : "v" + (i + 1)));
        }
        return node;
    }

    private static ModelBuilder calling(String function) {
        return sound().opset(17).opset("f", 1).node(call(function, "y", "z")).output("z", FLOAT, 2);
    }

    private static Graph callingGraph() {
        return GraphBuilder.create("g").node(call("A", "a", "r")).output("r", FLOAT).build();
    }

    private static Node call(String function, String input, String output) {
        return Node.of(function, List.of(input), List.of(output)).withDomain("f");
    }

    private static LocalFunction function(String name, List<OperatorSet> opsets, Node... nodes) {
        return LocalFunction.of("f", name, List.of("a"), List.of("b"), opsets, new ArrayList<>(List.of(nodes)));
    }
}
