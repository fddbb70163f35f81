package dev.gpux.pipeline.step.number;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Elements;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code constant}: the same numbers in every run, such as a sampling rate that the model asks for.
 *
 * <p>Parameters: {@code as}, the model's input, required; {@code value}, a number for all elements, or a list of numbers
 * that is repeated until the input is full. The input has the model's dtype and shape; its first dimension, where the model
 * leaves it open, has one row for each row of the batch, others have 1.
 */
public final class Constant implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "constant";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var as = parameters.text("as").orElseThrow(() ->
            parameters.error("as", "constant needs the name of one of the model's inputs: " + model.describeInputs()));
        var type = model.input(as).filter(t -> Elements.are(t.elementType())).orElseThrow(() ->
            parameters.error("as", "the model has no input '" + as + "' of numbers; it has " + model.describeInputs()));
        var values = parameters.numbers("value").filter(list -> !list.isEmpty()).orElseThrow(() ->
            parameters.error("value", "constant needs a value: a number or a list of numbers"));
        long fixed = type.dimensions().stream().filter(Dimension::isFixed).mapToLong(Dimension::size)
            .reduce(1, Math::multiplyExact);
        if (fixed % values.size() != 0) {
            throw parameters.error("value", "there are " + values.size() + " numbers, and '" + as + "' is " + type);
        }
        return Optional.of(new Step(as, type, values));
    }

    private record Step(String as, TensorType type, List<Double> values) implements Preprocessor {
        @Override
        public Set<String> reads() {
            return Set.of();
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public Map<String, TensorType> types() {
            return Map.of(as, type);
        }

        @Override
        public void apply(Batch batch) {
            var sizes = new long[type.dimensions().size()];
            for (int i = 0; i < sizes.length; i++) {
                var dimension = type.dimensions().get(i);
                sizes[i] = dimension.isFixed() ? dimension.size() : i == 0 ? batch.rows() : 1;
            }
            var tensor = Tensor.allocate(batch.arena(), type.elementType(), sizes);
            for (long i = 0; i < tensor.shape().elements(); i++) {
                Elements.set(tensor.segment(), type.elementType(), i, values.get((int) (i % values.size())));
            }
            batch.give(as, tensor);
        }
    }
}
