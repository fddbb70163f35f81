package dev.gpux.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks for {@link ModelCheck} what operators are given where ONNX Runtime does not: with these it does not fail but
 * ends the process. Each rule was found by damaging real models, and is there for the version it names; what the file
 * does not say (shapes that only a run knows) cannot be checked here.
 */
final class OperatorCheck {
    /** Far more axes than any tensor has, and few enough to be counted with. */
    private static final long MOST_AXES = 1024;
    private static final int RECURRENT_RANK = 3;

    private final Findings findings;

    OperatorCheck(Findings findings) {
        this.findings = findings;
    }

    /** Checks one node; the scope knows the shapes that the file declares. */
    void check(Node node, Place place, Scope scope) {
        if (!OperatorSet.canonical(node.domain()).isEmpty()) {
            return;
        }
        axes(node, place);
        switch (node.opType()) {
            case "RandomUniform", "RandomUniformLike" -> range(node, place);
            case "Resize" -> resize(node, place, scope);
            case "GRU", "LSTM", "RNN" -> recurrent(node, place, scope);
            default -> { }
        }
    }

    /** ONNX Runtime 1.29 cuts an axis down to 32 bits and reads there (LayerNormalization, when it loads the model). */
    private void axes(Node node, Place place) {
        for (var attribute : node.attributes()) {
            boolean one = attribute.name().equals("axis");
            if ((one || attribute.name().equals("axes")) && beyond(attribute.value())) {
                findings.error("axis", place.in("attribute", Names.quote(attribute.name())),
                    "an axis that no tensor has: " + attribute.value());
            }
        }
    }

    private static boolean beyond(AttributeValue value) {
        return switch (value) {
            case AttributeValue.IntValue(long axis) -> Math.abs(axis) > MOST_AXES || axis == Long.MIN_VALUE;
            case AttributeValue.IntsValue list when list.count() <= MOST_AXES -> {
                for (long axis : list.values()) {
                    if (beyond(new AttributeValue.IntValue(axis))) {
                        yield true;
                    }
                }
                yield false;
            }
            case AttributeValue.IntsValue _ -> true;
            default -> false;
        };
    }

    /** ONNX Runtime 1.29 aborts where low is above high. */
    private void range(Node node, Place place) {
        float low = number(node, "low", 0);
        float high = number(node, "high", 1);
        if (!(low <= high)) {
            findings.error("random-range", place, "random numbers from " + low + " to " + high);
        }
    }

    private static float number(Node node, String name, float standard) {
        for (var attribute : node.attributes()) {
            if (attribute.name().equals(name) && attribute.value() instanceof AttributeValue.FloatValue(float value)) {
                return value;
            }
        }
        return standard;
    }

    /** ONNX Runtime 1.29 writes beyond its memory where there are more scales than axes. */
    private void resize(Node node, Place place, Scope scope) {
        var axes = rank(node, 0, scope);
        for (var attribute : node.attributes()) {
            if (attribute.name().equals("axes") && attribute.value() instanceof AttributeValue.IntsValue list) {
                axes = Optional.of(list.count());
            }
        }
        // Until operator set 10 the scales were the second input; since 11 that is roi, two for each axis.
        var inputs = new ArrayList<>(List.of(2, 3));
        if (node.inputs().size() == 2) {
            inputs.add(1);
        }
        for (int input : inputs) {
            var given = length(node, input, scope);
            if (axes.isPresent() && given.isPresent() && given.get() != 0 && !given.equals(axes)) {
                findings.error("resize-scales", place, given.get() + " scales or sizes for " + axes.get() + " axes");
            }
        }
    }

    /** ONNX Runtime 1.29 aborts where the weights do not have three axes. */
    private void recurrent(Node node, Place place, Scope scope) {
        for (int input = 0; input < RECURRENT_RANK; input++) {
            var rank = rank(node, input, scope);
            if (rank.isPresent() && rank.get() != RECURRENT_RANK) {
                findings.error("recurrent-rank", place, "its input " + Names.quote(node.inputs().get(input)) + " has "
                    + rank.get() + " axes, expected " + RECURRENT_RANK);
            }
        }
    }

    private static Optional<List<Dim>> shape(Node node, int input, Scope scope) {
        return input < node.inputs().size() ? scope.shape(node.inputs().get(input)) : Optional.empty();
    }

    private static Optional<Long> rank(Node node, int input, Scope scope) {
        return shape(node, input, scope).map(shape -> (long) shape.size());
    }

    /** The length of a vector, where the file says it. */
    private static Optional<Long> length(Node node, int input, Scope scope) {
        return shape(node, input, scope).filter(shape -> shape.size() == 1)
            .flatMap(shape -> shape.getFirst() instanceof Dim.Fixed(long size, _) ? Optional.of(size)
                : Optional.empty());
    }
}
