package dev.gpux.optimize.quantize;

import java.util.Set;

/**
 * What is quantised, and how.
 *
 * @param range the integers that weights become
 * @param perChannel a scale for each column (or row of an embedding) instead of one for the whole weight
 * @param operators the operators to replace: {@code MatMul}, {@code Gemm}, {@code Conv}, {@code Gather}
 * @param keep nodes that stay
 */
public record DynamicOptions(WeightRange range, boolean perChannel, Set<String> operators, Keep keep) {
    /** What can be replaced. */
    public static final Set<String> OPERATORS = Set.of("MatMul", "Gemm", "Conv", "Gather");

    /** Keeps an immutable copy. */
    public DynamicOptions {
        operators = Set.copyOf(operators);
    }

    /** int8 for each channel, all operators but Conv, whose integer kernel is slower than the float one. */
    public static DynamicOptions standard() {
        return new DynamicOptions(WeightRange.INT8, true, Set.of("MatMul", "Gemm", "Gather"), Keep.NONE);
    }

    /** With other nodes that stay. */
    public DynamicOptions withKeep(Keep nodes) {
        return new DynamicOptions(range, perChannel, operators, nodes);
    }
}
