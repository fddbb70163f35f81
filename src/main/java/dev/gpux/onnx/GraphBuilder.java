package dev.gpux.onnx;

/**
 * Builds a {@link Graph} in code, mostly one for an attribute: a branch, the body of a loop. Nothing is checked but
 * the Java types; {@link ModelCheck} does that. Not thread-safe.
 */
public final class GraphBuilder extends GraphSteps<GraphBuilder> {
    private final String name;

    private GraphBuilder(String name) {
        this.name = name;
    }

    /** A builder of a graph without anything in it. */
    public static GraphBuilder create(String name) {
        return new GraphBuilder(name);
    }

    @Override
    GraphBuilder self() {
        return this;
    }

    /** The graph as built so far. */
    public Graph build() {
        return buildGraph(name);
    }
}
