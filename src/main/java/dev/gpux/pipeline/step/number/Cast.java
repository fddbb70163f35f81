package dev.gpux.pipeline.step.number;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Elements;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code cast}: the same numbers in another dtype. To integers they are rounded to the nearest, ties to even, and what is
 * beyond the range becomes the end of it; to bool, whether they are not 0.
 *
 * <p>Parameters: {@code to}, a dtype ({@code float32}, {@code int64}, …), by default the model's; {@code input} and
 * {@code as} as of all steps of this package.
 */
public final class Cast implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "cast";

    static final List<String> TYPES = Stream.of(ElementType.values()).filter(Elements::are).map(ElementType::label).toList();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        var to = parameters.choice("to", TYPES).flatMap(ElementType::fromLabel)
            .or(() -> names.target().map(TensorType::elementType))
            .orElseThrow(() -> parameters.error("to", "cast needs a dtype: '" + names.as() + "' is no input of the model"));
        return Optional.of(new NumberStep(NAME, names, (arena, from) -> Copy.cast(arena, from, to, from.shape()),
            Optional.of(new TensorType(to, names.dimensions().orElse(List.of())))));
    }
}
