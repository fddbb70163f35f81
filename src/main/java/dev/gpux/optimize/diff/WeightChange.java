package dev.gpux.optimize.diff;

import dev.gpux.onnx.Tensor;
import dev.gpux.optimize.TensorNumbers;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A weight that differs between two models.
 *
 * @param name its name
 * @param before its type and shape in the first model; empty if that has none of this name
 * @param after its type and shape in the second
 * @param normBefore the Euclidean norm in the first
 * @param normAfter the Euclidean norm in the second
 * @param difference how far the two are apart, if their shapes are the same and their elements numbers
 */
public record WeightChange(String name, String before, String after, OptionalDouble normBefore,
                           OptionalDouble normAfter, Optional<Difference> difference) {
    /**
     * How far two tensors are apart.
     *
     * @param norm the Euclidean norm of the difference
     * @param relative that norm over the first tensor's; infinite if the first is zero
     * @param largest the largest difference of two elements
     * @param elements how many elements differ
     */
    public record Difference(double norm, double relative, double largest, long elements) { }

    static WeightChange added(Tensor tensor) {
        return new WeightChange(tensor.name(), "", shape(tensor), OptionalDouble.empty(), norm(tensor),
            Optional.empty());
    }

    static WeightChange removed(Tensor tensor) {
        return new WeightChange(tensor.name(), shape(tensor), "", norm(tensor), OptionalDouble.empty(),
            Optional.empty());
    }

    static WeightChange of(Tensor before, Tensor after) {
        return new WeightChange(before.name(), shape(before), shape(after), norm(before), norm(after),
            difference(before, after));
    }

    private static String shape(Tensor tensor) {
        return tensor.withName("").toString().substring("tensor ".length());
    }

    private static OptionalDouble norm(Tensor tensor) {
        var numbers = TensorNumbers.of(tensor);
        if (numbers.isEmpty()) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        long count = tensor.elementCount().orElse(0);
        for (long i = 0; i < count; i++) {
            double value = numbers.get().get(i);
            sum += value * value;
        }
        return OptionalDouble.of(Math.sqrt(sum));
    }

    private static Optional<Difference> difference(Tensor before, Tensor after) {
        var first = TensorNumbers.of(before);
        var second = TensorNumbers.of(after);
        if (!before.dims().equals(after.dims()) || first.isEmpty() || second.isEmpty()) {
            return Optional.empty();
        }
        double sum = 0;
        double base = 0;
        double largest = 0;
        long elements = 0;
        long count = before.elementCount().orElse(0);
        for (long i = 0; i < count; i++) {
            double value = first.get().get(i);
            double apart = Math.abs(second.get().get(i) - value);
            base += value * value;
            sum += apart * apart;
            largest = Math.max(largest, apart);
            elements += apart == 0 ? 0 : 1;
        }
        double relative = sum == 0 ? 0 : Math.sqrt(sum) / Math.sqrt(base);
        return Optional.of(new Difference(Math.sqrt(sum), relative, largest, elements));
    }
}
