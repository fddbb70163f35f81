package dev.gpux.pipeline.step.output;

import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code top_k}: the classes with the highest scores, best first. {@code - top_k: 3} is short for
 * {@code - top_k: {k: 3}}.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code output}: the scores: a tensor whose last axis is the classes, or what scikit-learn's models give (ZipMap): a
 * sequence of maps from classes to scores. By default the only output that is left;
 * <li>{@code as}: what the answer is called, {@code labels} by default;
 * <li>{@code k}: how many, 5 by default;
 * <li>{@code min}: the least score, by default any;
 * <li>{@code labels}: the names of the classes, a list or a file: one name a line, or JSON, a list or a map from numbers;
 * <li>{@code labels_from}: the key in the model's metadata that has the names, in any of the forms of a file.
 * </ul>
 * The scores are taken as they are: put {@code softmax} or {@code sigmoid} before this step if the model does not.
 */
public final class TopK implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "top_k";

    private static final int USUAL = 5;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        var shorthand = parameters.whole("value", 1, Integer.MAX_VALUE);
        int k = parameters.whole("k", 1, Integer.MAX_VALUE).orElse(shorthand.orElse(USUAL));
        return Optional.of(step(parameters, model, NAME, k, parameters.number("min").orElse(Double.NEGATIVE_INFINITY)));
    }

    static Postprocessor step(Parameters parameters, ModelSignature model, String name, int most, double min) {
        var output = OutputName.ofTensor(parameters, name);
        var classes = parameters.type(output).map(TopK::classes).orElse(OptionalLong.empty());
        return new LabelStep(name, output, parameters.text("as").orElse("labels"),
            Labels.of(parameters, model, classes), most, min);
    }

    private static OptionalLong classes(TensorType type) {
        return type.dimensions().isEmpty() || !type.dimensions().getLast().isFixed() ? OptionalLong.empty()
            : OptionalLong.of(type.dimensions().getLast().size());
    }
}
