package dev.gpux.pipeline.step.number;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Chunks;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Axis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code chunk}: a long tensor in parts, one run of the model each, for models that listen to a stream. What the GPUXfile
 * calls {@code state:} goes from each run to the next, zeros into the first. The outputs of all runs are put together: along
 * the second dimension where the first is 1, else along the first; a number a run becomes a list of them.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code size}: how many places a run gets, required; {@code - chunk: 512} is short for {@code - chunk: {size: 512}};
 * <li>{@code axis}: the dimension that is cut, by default the last (-1);
 * <li>{@code context}: how many places before them it gets, too, 0 by default; before the first are zeros;
 * <li>{@code last}: a last chunk that is not full is made full with zeros ({@code pad}, the default), given as it is
 * ({@code keep}) or left out ({@code drop});
 * <li>{@code input} and {@code as} as of all steps of this package.
 * </ul>
 * This must be the last step that makes the input. Items of a batch are run one by one.
 */
public final class Chunk implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "chunk";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        if (names.target().isEmpty()) {
            throw parameters.error("as", "chunk makes an input of the model; it has " + model.describeInputs());
        }
        var shorthand = parameters.whole("value", 1, 1 << 28);
        int size = parameters.whole("size", 1, 1 << 28).orElseGet(() -> shorthand.orElseThrow(() ->
            parameters.error("size", "chunk needs a size")));
        int context = parameters.whole("context", 0, 1 << 28).orElse(0);
        int axis = parameters.whole("axis", -64, 63).orElse(-1);
        names.dimensions().filter(dimensions -> !Axis.exists(axis, dimensions.size())).ifPresent(_ -> {
            throw parameters.error("axis", "'" + names.input() + "' has no axis " + axis);
        });
        var last = switch (parameters.choice("last", List.of("pad", "keep", "drop")).orElse("pad")) {
            case "keep" -> Chunks.Last.KEEP;
            case "drop" -> Chunks.Last.DROP;
            default -> Chunks.Last.PAD;
        };
        return Optional.of(new Step(names, size, context, axis, last));
    }

    private record Step(NumberStep.Names names, int size, int context, int axis, Chunks.Last last)
        implements Preprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(names.input());
        }

        @Override
        public Set<String> makes() {
            return Set.of(names.as());
        }

        @Override
        public Optional<InputKind> takes() {
            return Optional.of(InputKind.NUMBERS);
        }

        @Override
        public Map<String, TensorType> types() {
            var dimensions = new ArrayList<Dimension>(names.dimensions().orElse(List.of()));
            if (!dimensions.isEmpty()) {
                dimensions.set(Math.floorMod(axis, dimensions.size()), last == Chunks.Last.KEEP ? Dimension.UNKNOWN
                    : Dimension.fixed(context + (long) size));
            }
            return Map.of(names.as(), new TensorType(names.elementType(names.givenElements()), dimensions));
        }

        @Override
        public void apply(Batch batch) {
            for (int item = 0; item < batch.size(); item++) {
                var from = batch.tensor(item, names.input());
                if (!Axis.exists(axis, from.shape().rank())) {
                    throw new PipelineException("chunk: '" + names.input() + "' is " + from + " and has no axis " + axis);
                }
                var type = names.elementType(from.elementType());
                batch.put(item, names.as(), new Input.Numbers(Copy.cast(batch.arena(), from, type, from.shape())));
                batch.chunks(names.as(), new Chunks(Math.floorMod(axis, from.shape().rank()), size, context, last));
            }
        }
    }
}
