package dev.gpux.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks model-local functions for {@link ModelCheck}: their bodies, and that calling them comes to an end.
 *
 * <p>ONNX Runtime replaces calls by bodies when it loads a model. Functions that call themselves, or each other twice
 * many levels deep, would let a file of a few hundred bytes take all memory.
 */
final class FunctionCheck {
    /** The nodes that a model may grow to when all calls are replaced. */
    static final long MAX_EXPANSION = 1_000_000;

    /**
     * How many calls and graphs may be inside each other. ONNX Runtime 1.29 goes down them recursively and overflows
     * the stack of a Java thread, which kills the JVM, somewhere between 200 and 350.
     */
    static final int MAX_DEPTH = 100;

    private final Findings findings;
    private final Map<Key, LocalFunction> functions = new LinkedHashMap<>();
    private final Map<Key, Size> sizes = new HashMap<>();
    private final Set<Key> open = new HashSet<>();

    /** What a node's operator is looked up by. */
    private record Key(String domain, String name, String overload) {
    }

    /** What replacing all calls in a function makes of it. */
    private record Size(long nodes, int depth) {
        /** Stops counting at the limit: sums of sums would overflow long before the functions end. */
        Size with(Size other) {
            return new Size(Math.min(nodes + other.nodes, MAX_EXPANSION), Math.max(depth, other.depth));
        }

        Size deeper() {
            return new Size(nodes, depth + 1);
        }
    }

    FunctionCheck(Findings findings) {
        this.findings = findings;
    }

    void check(OnnxModel model) {
        for (var function : model.functions()) {
            var place = Place.MODEL.in("function", function);
            if (functions.putIfAbsent(key(function), function) != null) {
                findings.error("duplicate-name", place, "two functions have this name");
            }
            body(function, place);
        }
        model.functions().forEach(function -> size(key(function), 0));
        var total = size(model.graph().nodes(), 0);
        if (total.nodes() >= MAX_EXPANSION && !model.functions().isEmpty()) {
            findings.error("function-expansion", Place.MODEL, "with all functions expanded it has more than "
                + MAX_EXPANSION + " nodes");
        }
        if (total.depth() > MAX_DEPTH || sizes.values().stream().anyMatch(size -> size.depth() > MAX_DEPTH)) {
            findings.error("nesting", Place.MODEL, "calls and graphs are nested deeper than " + MAX_DEPTH);
        }
    }

    private void body(LocalFunction function, Place place) {
        if (function.name().isEmpty()) {
            findings.warning("name-missing", place, "a function without a name");
        }
        ModelCheck.opsets(function.opsets(), place, findings);
        var domains = function.opsets().stream().map(set -> OperatorSet.canonical(set.domain()))
            .collect(Collectors.toSet());
        var graphs = new GraphCheck(findings, domains, true);
        var scope = new Scope(Optional.empty());
        for (var input : function.inputs()) {
            if (!scope.add(input)) {
                findings.error("duplicate-name", place, "two inputs are called " + Names.quote(input));
            }
        }
        Set<String> attributes = new HashSet<>(function.attributeNames());
        for (var attribute : function.attributes()) {
            attributes.add(attribute.name());
            graphs.attribute(attribute, place.in("attribute", Names.quote(attribute.name())), Optional.empty(), 0);
        }
        if (attributes.size() < function.attributeNames().size() + function.attributes().size()) {
            findings.error("duplicate-name", place, "two attributes have one name");
        }
        graphs.body(function.nodes(), place, scope, 0);
        for (var output : function.outputs()) {
            if (!scope.sees(output)) {
                findings.error("no-producer", place, "nothing makes its output " + Names.quote(output));
            }
        }
    }

    /** Goes down no further than is needed to know that it is too deep. */
    private Size size(Key key, int depth) {
        var known = Optional.ofNullable(sizes.get(key));
        if (known.isPresent()) {
            return known.get();
        }
        if (depth > MAX_DEPTH) {
            return new Size(1, MAX_DEPTH);
        }
        if (!open.add(key)) {
            findings.error("function-recursion", Place.MODEL.in("function", functions.get(key)),
                "it calls itself, directly or through others");
            return new Size(1, 0);
        }
        var size = size(functions.get(key).nodes(), depth);
        open.remove(key);
        sizes.put(key, size);
        return size;
    }

    private Size size(List<Node> nodes, int depth) {
        var total = new Size(0, 0);
        for (var node : nodes) {
            total = total.with(new Size(1, 0));
            var key = new Key(OperatorSet.canonical(node.domain()), node.opType(), node.overload());
            if (functions.containsKey(key)) {
                total = total.with(size(key, depth + 1).deeper());
            }
            for (var graph : node.subgraphs()) {
                total = total.with(depth > MAX_DEPTH
                    ? new Size(1, MAX_DEPTH + 1) : size(graph.nodes(), depth + 1).deeper());
            }
        }
        return total;
    }

    private static Key key(LocalFunction function) {
        return new Key(OperatorSet.canonical(function.domain()), function.name(), function.overload());
    }
}
