package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks graphs and function bodies for {@link ModelCheck}: names, edges, order, attributes. */
final class GraphCheck {
    /** Graphs built in code can nest at will; those from files cannot get this deep. */
    private static final int MAX_DEPTH = ProtoReader.MAX_DEPTH;
    private static final String NOT_SORTED = "its nodes are not in an order in which they can run";

    private final Findings findings;
    private final TensorCheck tensors;
    private final TypeCheck types;
    private final OperatorCheck operators;
    private final Set<String> domains;
    private final boolean inFunction;

    /**
     * A check of one graph or function and all that is in it.
     *
     * @param domains    the domains whose operators it may use
     * @param inFunction whether attributes may refer to those of a caller
     */
    GraphCheck(Findings findings, Set<String> domains, boolean inFunction) {
        this.findings = findings;
        this.tensors = new TensorCheck(findings);
        this.types = new TypeCheck(findings);
        this.operators = new OperatorCheck(findings);
        this.domains = domains;
        this.inFunction = inFunction;
    }

    /** Checks a main graph. */
    void graph(Graph graph, Place place, int depth) {
        graph(graph, place, Optional.empty(), depth);
    }

    private void graph(Graph graph, Place place, Optional<Scope> outer, int depth) {
        if (depth > MAX_DEPTH) {
            findings.error("nesting", place, "graphs are nested deeper than " + MAX_DEPTH);
            return;
        }
        var scope = new Scope(outer);
        weights(graph, place, scope);
        inputs(graph, place, scope, outer.isPresent());
        shapes(graph, scope);
        body(graph.nodes(), place, scope, depth);
        outputs(graph, place, scope, outer.isPresent());
        Set<String> declared = new HashSet<>();
        for (var value : graph.valueInfos()) {
            if (!declared.add(value.name())) {
                findings.warning("duplicate-name", place, "two types for value " + Names.quote(value.name()));
            }
            types.declared(value, place.in("value", Names.quote(value.name())));
        }
    }

    private static void shapes(Graph graph, Scope scope) {
        for (var values : List.of(graph.inputs(), graph.valueInfos())) {
            for (var value : values) {
                if (value.type() instanceof ValueType.TensorType(_, var shape, _)) {
                    shape.ifPresent(dims -> scope.declare(value.name(), dims));
                }
            }
        }
        // They have the last word: what else is said of them is only said.
        for (var tensor : graph.initializers()) {
            scope.declare(tensor.name(), tensor.dims().stream().map(Dim::of).toList());
        }
    }

    private void weights(Graph graph, Place place, Scope scope) {
        for (var tensor : graph.initializers()) {
            var here = place.in("initializer", tensor);
            weightName(tensor.name(), here, scope);
            tensors.check(tensor, here);
        }
        for (var tensor : graph.sparseInitializers()) {
            var here = place.in("sparse initializer", tensor.values());
            weightName(tensor.name(), here, scope);
            tensors.check(tensor, here);
        }
    }

    private void weightName(String name, Place place, Scope scope) {
        if (name.isEmpty()) {
            findings.warning("name-missing", place, "it has no name, so nothing can use it");
        } else if (!scope.add(name)) {
            findings.warning("duplicate-name", place, "two initialisers have this name");
        } else if (scope.hides(name)) {
            findings.warning("duplicate-name", place, hiding(name));
        }
    }

    private static String hiding(String name) {
        return Names.quote(name) + " hides a value of a graph around it";
    }

    private void inputs(Graph graph, Place place, Scope scope, boolean inner) {
        Set<String> names = new HashSet<>();
        for (var input : graph.inputs()) {
            var here = place.in("input", Names.quote(input.name()));
            if (input.name().isEmpty()) {
                findings.error("name-missing", here, "an input without a name");
            } else if (!names.add(input.name())) {
                findings.error("duplicate-name", here, "two inputs have this name");
            }
            // An initialiser of the same name is the input's default.
            scope.add(input.name());
            if (scope.hides(input.name())) {
                findings.warning("duplicate-name", here, hiding(input.name()));
            }
            types.boundary(input, here, inner);
        }
    }

    private void outputs(Graph graph, Place place, Scope scope, boolean inner) {
        Set<String> names = new HashSet<>();
        for (var output : graph.outputs()) {
            var here = place.in("output", Names.quote(output.name()));
            if (output.name().isEmpty()) {
                findings.error("name-missing", here, "an output without a name");
            } else if (!names.add(output.name())) {
                findings.warning("duplicate-name", here, "two outputs have this name");
            }
            if (!scope.sees(output.name())) {
                findings.error("no-producer", here, "nothing makes this value");
            }
            types.boundary(output, here, true);
        }
        if (graph.outputs().isEmpty() && !inner) {
            findings.error("output-missing", place, "a graph without outputs");
        }
    }

    /** Checks nodes in their order; the scope holds what they start with, and in the end all that they make. */
    void body(List<Node> nodes, Place place, Scope scope, int depth) {
        var producers = producers(nodes);
        scope.expect(producers.keySet());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            var node = nodes.get(i);
            var here = place.in("node " + i, node);
            for (var input : node.inputs()) {
                if (!input.isEmpty() && !scope.sees(input)) {
                    findings.error("no-producer", here, "nothing makes its input " + Names.quote(input));
                }
            }
            if (!node.name().isEmpty() && !names.add(node.name())) {
                findings.error("duplicate-name", here, "two nodes have this name");
            }
            node(node, here, scope, depth);
            operators.check(node, here, scope);
            for (var output : node.outputs()) {
                if (!output.isEmpty()) {
                    outputName(output, here, scope);
                }
            }
        }
        if (!scope.isSorted()) {
            order(nodes, producers, place, inFunction || depth > 0);
        }
    }

    private void outputName(String name, Place place, Scope scope) {
        if (!scope.add(name)) {
            findings.error("duplicate-name", place, Names.quote(name) + " is made more than once");
        } else if (scope.hides(name)) {
            findings.error("duplicate-name", place, hiding(name));
        }
    }

    private static Map<String, Integer> producers(List<Node> nodes) {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (var output : nodes.get(i).outputs()) {
                if (!output.isEmpty()) {
                    producers.putIfAbsent(output, i);
                }
            }
        }
        return producers;
    }

    private void node(Node node, Place place, Scope scope, int depth) {
        if (node.opType().isEmpty()) {
            findings.error("name-missing", place, "a node without an operator");
        }
        if (!domains.contains(OperatorSet.canonical(node.domain()))) {
            var message = "no version is given for the operators of domain "
                + Names.quote(node.domain().isEmpty() ? OperatorSet.ONNX_DOMAIN : node.domain());
            // In a graph ONNX Runtime takes the newest versions of its own domains and of custom operators.
            if (inFunction) {
                findings.error("domain-not-imported", place, message);
            } else {
                findings.warning("domain-not-imported", place, message);
            }
        }
        Set<String> names = new HashSet<>();
        for (var attribute : node.attributes()) {
            var here = place.in("attribute", Names.quote(attribute.name()));
            if (!names.add(attribute.name())) {
                findings.error("duplicate-name", here, "two attributes have this name");
            }
            attribute(attribute, here, Optional.of(scope), depth);
        }
    }

    /** Checks one attribute; subgraphs in it see the given scope. */
    void attribute(Attribute attribute, Place place, Optional<Scope> scope, int depth) {
        if (attribute.name().isEmpty()) {
            findings.error("name-missing", place, "an attribute without a name");
        }
        for (var type : AttributeType.values()) {
            if (attribute.unknown().has(type.field())) {
                findings.error("attribute-ambiguous", place, "it has a value of type " + type + " besides its own");
            }
        }
        switch (attribute.value()) {
            case AttributeValue.GraphValue(var graph) -> graph(graph, place, scope, depth + 1);
            case AttributeValue.GraphsValue(var graphs) -> graphs.forEach(g -> graph(g, place, scope, depth + 1));
            case AttributeValue.TensorValue(var tensor) -> tensors.check(tensor, place);
            case AttributeValue.TensorsValue(var list) -> list.forEach(t -> tensors.check(t, place));
            case AttributeValue.SparseTensorValue(var tensor) -> tensors.check(tensor, place);
            case AttributeValue.SparseTensorsValue(var list) -> list.forEach(t -> tensors.check(t, place));
            case AttributeValue.TypeValue(var type) -> types.check(type, place);
            case AttributeValue.TypesValue(var list) -> list.forEach(t -> types.check(t, place));
            case AttributeValue.Reference(var name, _) -> {
                if (!inFunction) {
                    findings.error("reference-outside-function", place, "it refers to attribute " + Names.quote(name)
                        + " of a function, but is not in one");
                }
            }
            case AttributeValue.UnknownValue(int type) ->
                findings.error("attribute-type", place, "its type " + type + " is not one of ONNX's");
            default -> { }
        }
    }

    /** Tells a list of nodes in a wrong order from one that has no right order. */
    private void order(List<Node> nodes, Map<String, Integer> producers, Place place, boolean strict) {
        int[] missing = new int[nodes.size()];
        var consumers = new ArrayList<List<Integer>>();
        for (int i = 0; i < nodes.size(); i++) {
            consumers.add(new ArrayList<>());
        }
        for (int i = 0; i < nodes.size(); i++) {
            Set<String> reads = new HashSet<>();
            reads(nodes.get(i), reads);
            for (var name : reads) {
                var producer = Optional.ofNullable(producers.get(name));
                if (producer.isPresent()) {
                    consumers.get(producer.get()).add(i);
                    missing[i]++;
                }
            }
        }
        var ready = new ArrayList<Integer>();
        for (int i = 0; i < missing.length; i++) {
            if (missing[i] == 0) {
                ready.add(i);
            }
        }
        for (int done = 0; done < ready.size(); done++) {
            for (int consumer : consumers.get(ready.get(done))) {
                if (--missing[consumer] == 0) {
                    ready.add(consumer);
                }
            }
        }
        if (ready.size() < nodes.size()) {
            findings.error("cycle", place, (nodes.size() - ready.size()) + " nodes wait for each other in a circle");
        } else if (strict) {
            findings.error("not-sorted", place, NOT_SORTED);
        } else {
            // ONNX Runtime sorts the nodes of the main graph, and of no other.
            findings.warning("not-sorted", place, NOT_SORTED);
        }
    }

    /** The names that a node and the graphs in it read; names that those graphs make themselves do no harm. */
    private static void reads(Node node, Set<String> names) {
        names.addAll(node.inputs());
        for (var graph : node.subgraphs()) {
            graph.nodes().forEach(inner -> reads(inner, names));
            graph.outputs().forEach(output -> names.add(output.name()));
        }
    }
}
