package dev.gpux.pipeline.step.number;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.number.Elements;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A step that makes one tensor of another, item by item.
 *
 * @param name what the step is called
 * @param names what it reads and makes
 * @param operation what it does
 * @param type what it makes, as far as that is known
 */
record NumberStep(String name, Names names, Operation operation, Optional<TensorType> type) implements Preprocessor {
    /** Makes a tensor. */
    @FunctionalInterface
    interface Operation {
        /**
         * Makes a tensor in {@code arena}.
         *
         * @throws PipelineException if {@code from} is none that it can work on
         */
        Tensor apply(Arena arena, Tensor from);
    }

    /**
     * What a step reads and makes.
     *
     * @param given the type of the input, if it is known; without dimensions if nothing is known of its shape
     * @param target the type that the model wants of what is made, if it goes there
     */
    record Names(String input, String as, Optional<TensorType> given, Optional<TensorType> target) {
        /** Reads the parameters {@code input} and {@code as}. */
        static Names of(Parameters parameters, ModelSignature model, String step) {
            var input = parameters.text("input").orElseGet(() -> only(parameters));
            var as = parameters.text("as").orElseGet(() -> model.inputs().size() == 1 ? model.inputs().getFirst().name()
                : input);
            var given = parameters.type(input);
            given.ifPresent(type -> requireNumbers(parameters, step, "input", input, type));
            var target = model.input(as);
            target.ifPresent(type -> requireNumbers(parameters, step, "as", as, type));
            return new Names(input, as, given, target);
        }

        private static String only(Parameters parameters) {
            var readable = parameters.readable();
            if (readable.isEmpty()) {
                throw parameters.error("input", "say which input to read");
            }
            // What the step before made is what a list of steps means.
            return readable.getLast();
        }

        private static void requireNumbers(Parameters parameters, String step, String parameter, String name,
                                           TensorType type) {
            if (!Elements.are(type.elementType())) {
                throw parameters.error(parameter, step + " works on numbers; '" + name + "' is " + type);
            }
        }

        /** The element type of what is made: the model's, or else {@code otherwise}. */
        ElementType elementType(ElementType otherwise) {
            return target.map(TensorType::elementType).orElse(otherwise);
        }

        /** The element type of the input; float32 if it is not known, which is what people's numbers are read as. */
        ElementType givenElements() {
            return given.map(TensorType::elementType).orElse(ElementType.FLOAT32);
        }

        /** The dimensions of the input, if they are known. */
        Optional<List<Dimension>> dimensions() {
            return given.map(TensorType::dimensions).filter(dimensions -> !dimensions.isEmpty());
        }
    }

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
        return type.map(t -> Map.of(names.as(), t)).orElse(Map.of());
    }

    @Override
    public void apply(Batch batch) {
        for (int item = 0; item < batch.size(); item++) {
            var from = batch.tensor(item, names.input());
            if (!Elements.are(from.elementType())) {
                throw new PipelineException(name + " works on numbers; '" + names.input() + "' is " + from);
            }
            batch.put(item, names.as(), new Input.Numbers(operation.apply(batch.arena(), from)));
        }
    }
}
