package dev.gpux.pipeline.step;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code pool}: one vector a text, out of one vector a token.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code output}: the model's output, float32[texts, tokens, size]; by default its only one of rank 3;
 * <li>{@code as}: what the vectors are called, {@code embedding} by default;
 * <li>{@code mode}: {@code mean} (over the tokens that the mask counts, the default), {@code max} (over the same), or
 * {@code cls} (the first token);
 * <li>{@code mask}: the model's input that says which tokens count, {@code attention_mask} by default; without such an
 * input all count;
 * <li>{@code normalize}: {@code l2} makes the vectors 1 long, {@code none} (the default) leaves them.
 * </ul>
 */
public final class Pool implements StepProvider {
    static final String NAME = "pool";

    private enum Mode { MEAN, MAX, CLS }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        var mode = switch (parameters.choice("mode", List.of("mean", "max", "cls")).orElse("mean")) {
            case "max" -> Mode.MAX;
            case "cls" -> Mode.CLS;
            default -> Mode.MEAN;
        };
        boolean normalize = parameters.choice("normalize", List.of("l2", "none")).orElse("none").equals("l2");
        var output = parameters.text("output").orElseGet(() -> onlyTokenOutput(parameters, model));
        model.output(output).ifPresent(type -> {
            if (type.elementType() != ElementType.FLOAT32 || type.dimensions().size() != 3) {
                throw parameters.error("output", "pool reads float32[texts, tokens, size]; the model's output '" + output
                    + "' is " + type);
            }
        });
        var mask = parameters.text("mask").or(() -> Optional.of("attention_mask")
            .filter(name -> model.input(name).isPresent()));
        mask.filter(name -> model.input(name).isEmpty()).ifPresent(name -> {
            throw parameters.error("mask", "the model has no input '" + name + "'; it has " + model.describeInputs());
        });
        var type = model.output(output).map(t -> new TensorType(ElementType.FLOAT32,
            List.of(t.dimensions().get(0), t.dimensions().get(2))));
        return Optional.of(new Step(output, parameters.text("as").orElse("embedding"), mode, mask, normalize, type));
    }

    private static String onlyTokenOutput(Parameters parameters, ModelSignature model) {
        var candidates = model.outputs().stream().map(info -> info.name())
            .filter(name -> model.output(name).filter(type -> type.dimensions().size() == 3).isPresent()).toList();
        if (candidates.size() != 1) {
            throw parameters.error("output", "say which output to pool; the model has " + model.describeOutputs());
        }
        return candidates.getFirst();
    }

    private record Step(String output, String as, Mode mode, Optional<String> maskName, boolean normalize,
                        Optional<TensorType> type) implements Postprocessor {
        @Override
        public Map<String, TensorType> types() {
            return type.map(t -> Map.of(as, t)).orElse(Map.of());
        }

        @Override
        public Set<String> reads() {
            return Set.of(output);
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public void apply(Batch batch) {
            var tokens = batch.output(output);
            var shape = tokens.shape();
            if (shape.rank() != 3 || tokens.elementType() != ElementType.FLOAT32) {
                throw new PipelineException("pool reads float32[texts, tokens, size]; the model gave " + tokens
                    + " as '" + output + "'");
            }
            var mask = maskName.map(batch::modelInput);
            mask.ifPresent(m -> requireSameTokens(m, tokens));
            int size = Math.toIntExact(shape.size(2));
            var pooled = Tensor.allocate(batch.arena(), ElementType.FLOAT32, shape.size(0), size);
            for (long text = 0; text < shape.size(0); text++) {
                var from = tokens.segment().asSlice(text * shape.size(1) * size * Float.BYTES,
                    shape.size(1) * size * Float.BYTES);
                var to = pooled.segment().asSlice(text * size * Float.BYTES, (long) size * Float.BYTES);
                pool(from, shape.size(1), to, size, mask, text);
                if (normalize) {
                    normalize(to, size);
                }
            }
            batch.consume(output);
            batch.output(as, pooled);
        }

        private static void requireSameTokens(Tensor mask, Tensor tokens) {
            if (mask.shape().rank() != 2 || mask.shape().size(0) != tokens.shape().size(0)
                || mask.shape().size(1) != tokens.shape().size(1)) {
                throw new PipelineException("the mask " + mask + " does not fit the tokens " + tokens);
            }
        }

        private void pool(MemorySegment from, long tokens, MemorySegment to, int size, Optional<Tensor> mask,
                          long text) {
            if (mode == Mode.CLS) {
                MemorySegment.copy(from, 0, to, 0, tokens == 0 ? 0 : (long) size * Float.BYTES);
                return;
            }
            long counted = 0;
            for (long token = 0; token < tokens; token++) {
                if (mask.isPresent() && !counts(mask.get(), text * tokens + token)) {
                    continue;
                }
                add(from, token * size, to, size, counted == 0);
                counted++;
            }
            if (mode == Mode.MEAN && counted > 1) {
                scale(to, size, 1f / counted);
            }
        }

        private void add(MemorySegment from, long first, MemorySegment to, int size, boolean isFirst) {
            for (int i = 0; i < size; i++) {
                float value = from.getAtIndex(JAVA_FLOAT, first + i);
                float before = to.getAtIndex(JAVA_FLOAT, i);
                to.setAtIndex(JAVA_FLOAT, i,
                    isFirst ? value : mode == Mode.MEAN ? before + value : Math.max(before, value));
            }
        }

        private static boolean counts(Tensor mask, long index) {
            return mask.elementType() == ElementType.INT32
                ? mask.segment().getAtIndex(JAVA_INT, index) != 0
                : mask.segment().getAtIndex(JAVA_LONG, index) != 0;
        }

        private static void normalize(MemorySegment vector, int size) {
            double squares = 0;
            for (int i = 0; i < size; i++) {
                double value = vector.getAtIndex(JAVA_FLOAT, i);
                squares += value * value;
            }
            if (squares > 0) {
                scale(vector, size, (float) (1 / Math.sqrt(squares)));
            }
        }

        private static void scale(MemorySegment vector, int size, float factor) {
            for (int i = 0; i < size; i++) {
                vector.setAtIndex(JAVA_FLOAT, i, vector.getAtIndex(JAVA_FLOAT, i) * factor);
            }
        }
    }
}
