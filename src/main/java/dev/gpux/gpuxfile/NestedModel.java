package dev.gpux.gpuxfile;

import java.util.List;
import java.util.Optional;

/**
 * Another model among a step's parameters, with steps of its own.
 *
 * @param model       which file to run
 * @param preprocess  steps from what the outer step gives to what the model takes
 * @param postprocess steps from what the model gives to the answer
 */
public record NestedModel(ModelSpec model, List<Step> preprocess, List<Step> postprocess) {
    /** Keeps immutable copies. */
    public NestedModel {
        preprocess = List.copyOf(preprocess);
        postprocess = List.copyOf(postprocess);
    }

    /**
     * Reads {@code source}, {@code sha256}, {@code preprocess} and {@code postprocess}; other keys are for the caller.
     *
     * @return empty if something is wrong, which is among the problems then
     */
    public static Optional<NestedModel> read(Fields fields) {
        return GpuxfileParser.nested(fields);
    }
}
