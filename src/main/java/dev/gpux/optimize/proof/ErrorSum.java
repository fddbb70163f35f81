package dev.gpux.optimize.proof;

import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Answer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalDouble;

/** Adds up how far two models are apart in one output. For one thread. */
final class ErrorSum {
    private double largest;
    private double sum;
    private long elements;
    private double least = 1;
    private double cosines;
    private long items;
    private long agreed;
    private long choices;
    private double product;
    private double before;
    private double after;

    /** One item's answers. */
    void add(Answer expected, Answer actual) {
        product = 0;
        before = 0;
        after = 0;
        switch (expected) {
            case Answer.Numbers(var value) when actual instanceof Answer.Numbers(var other) -> values(value, other);
            case Answer.Text(var text) when actual instanceof Answer.Text(var other) -> choice(text.equals(other));
            case Answer.Labels(var scores) when actual instanceof Answer.Labels(var others) -> {
                choice(scores.isEmpty() ? others.isEmpty() : !others.isEmpty()
                    && scores.getFirst().index() == others.getFirst().index());
                for (var score : scores) {
                    others.stream().filter(other -> other.index() == score.index())
                        .forEach(other -> number(score.score(), other.score()));
                }
            }
            default -> differ();
        }
        double cosine = cosine();
        least = Math.min(least, cosine);
        cosines += cosine;
        items++;
    }

    /** Of two zero vectors 1, of one 0. */
    private double cosine() {
        if (before == 0 || after == 0) {
            return before == after ? 1 : 0;
        }
        double cosine = product / (Math.sqrt(before) * Math.sqrt(after));
        return Double.isNaN(cosine) ? -1 : Math.clamp(cosine, -1, 1);
    }

    private void differ() {
        largest = Double.POSITIVE_INFINITY;
        after = Double.NaN;
        before = Double.NaN;
    }

    private void choice(boolean same) {
        choices++;
        agreed += same ? 1 : 0;
    }

    private void number(double expected, double actual) {
        double apart = Double.compare(expected, actual) == 0 ? 0 : Math.abs(actual - expected);
        if (Double.isNaN(apart)) {
            differ();
            return;
        }
        largest = Math.max(largest, apart);
        sum += apart;
        elements++;
        if (Double.isFinite(expected) && Double.isFinite(actual)) {
            product += expected * actual;
            before += expected * expected;
            after += actual * actual;
        }
    }

    private void values(Value expected, Value actual) {
        switch (expected) {
            case Tensor tensor when actual instanceof Tensor other -> tensors(tensor, other);
            case SequenceValue list when actual instanceof SequenceValue other
                && list.elements().size() == other.elements().size() -> {
                for (int i = 0; i < list.elements().size(); i++) {
                    values(list.elements().get(i), other.elements().get(i));
                }
            }
            case MapValue map when actual instanceof MapValue other -> {
                values(map.keys(), other.keys());
                values(map.values(), other.values());
            }
            case OptionalValue _ when actual instanceof OptionalValue -> { }
            default -> differ();
        }
    }

    private void tensors(Tensor expected, Tensor actual) {
        if (!expected.shape().equals(actual.shape())) {
            differ();
            return;
        }
        var one = reader(expected);
        var other = reader(actual);
        if (one == null || other == null) {
            choice(same(expected, actual));
            return;
        }
        long row = expected.shape().rank() == 0 ? 1 : expected.shape().size(expected.shape().rank() - 1);
        for (long first = 0; row > 0 && first < expected.shape().elements(); first += row) {
            long best = first;
            long otherBest = first;
            for (long i = first; i < first + row; i++) {
                number(one.at(i), other.at(i));
                best = one.at(i) > one.at(best) ? i : best;
                otherBest = other.at(i) > other.at(otherBest) ? i : otherBest;
            }
            if (row > 1) {
                choice(best == otherBest);
            }
        }
    }

    private static boolean same(Tensor expected, Tensor actual) {
        return expected.elementType() == actual.elementType() && switch (expected.elementType()) {
            case STRING -> expected.strings().equals(actual.strings());
            default -> expected.segment().mismatch(actual.segment()) == -1;
        };
    }

    /** Reads elements of a tensor. */
    private interface Reader {
        double at(long index);
    }

    /** Null for what are no real numbers. */
    private static Reader reader(Tensor tensor) {
        MemorySegment data = switch (tensor.elementType()) {
            case STRING -> MemorySegment.NULL;
            default -> tensor.segment();
        };
        return switch (tensor.elementType()) {
            case FLOAT32 -> i -> data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            case FLOAT64 -> i -> data.getAtIndex(ValueLayout.JAVA_DOUBLE, i);
            case FLOAT16 -> i -> Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
            case INT64 -> i -> data.getAtIndex(ValueLayout.JAVA_LONG, i);
            case INT32 -> i -> data.getAtIndex(ValueLayout.JAVA_INT, i);
            case INT8 -> i -> data.get(ValueLayout.JAVA_BYTE, i);
            case UINT8, BOOL -> i -> Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, i));
            default -> null;
        };
    }

    OutputError toError(String name) {
        return new OutputError(name, largest, elements == 0 ? 0 : sum / elements, least,
            items == 0 ? 1 : cosines / items, choices == 0 ? OptionalDouble.empty()
                : OptionalDouble.of((double) agreed / choices));
    }
}
