package dev.gpux.pipeline.step;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.text.Padding;
import dev.gpux.pipeline.text.Side;
import dev.gpux.pipeline.text.TokenBuffer;
import dev.gpux.pipeline.text.Tokenizer;
import dev.gpux.pipeline.text.TokenizerException;
import dev.gpux.pipeline.text.Truncation;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code tokenize}: text into token ids.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code tokenizer}: a {@code tokenizer.json}, required;
 * <li>{@code input}: the text to read, {@code text} by default; a list of two is a pair. Of an input that takes a list
 * of texts, each is a row;
 * <li>{@code max_length}: the most tokens of a text, special ones included; what is longer is cut. By default the
 * input's {@code max_length}, then the tokenizer's own limit;
 * <li>{@code padding}: {@code longest} (of the batch, the default) or {@code max_length};
 * <li>{@code ids}, {@code mask}, {@code types}: the model's inputs for token ids, attention mask and token types, by
 * default {@code input_ids}, {@code attention_mask} and {@code token_type_ids}; the last two only if the model has them.
 * </ul>
 * The tensors are int64 or int32, as the model declares them, of shape [texts, tokens].
 */
public final class Tokenize implements StepProvider {
    static final String NAME = "tokenize";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var file = parameters.file("tokenizer").orElseThrow(() ->
            parameters.error("tokenizer", "tokenize needs a tokenizer: the path of a tokenizer.json"));
        var inputs = parameters.texts("input").orElse(List.of("text"));
        if (inputs.isEmpty() || inputs.size() > 2) {
            throw parameters.error("input", "expected one input, or two for a pair");
        }
        var padding = parameters.choice("padding", List.of("longest", "max_length")).orElse("longest");
        var ofStep = parameters.whole("max_length", 1, 1 << 24);
        var limit = ofStep.isPresent() ? ofStep : parameters.maxLength(inputs.getFirst());
        if (padding.equals("max_length") && limit.isEmpty()) {
            throw parameters.error("padding", "padding to max_length needs max_length");
        }
        var names = new Names(
            required(parameters, model, "ids", "input_ids"),
            optional(parameters, model, "mask", "attention_mask"),
            optional(parameters, model, "types", "token_type_ids"));
        Tokenizer tokenizer;
        try {
            tokenizer = Tokenizer.load(file);
        } catch (TokenizerException e) {
            throw parameters.error("tokenizer", e.getMessage());
        }
        if (limit.isPresent()) {
            tokenizer = tokenizer.withTruncation(Truncation.longestFirst(limit.getAsInt()));
        }
        var pad = padding.equals("longest") ? tokenizer.padding().toLongest()
            : tokenizer.padding().toFixed(limit.getAsInt());
        return Optional.of(new Step(tokenizer, pad, List.copyOf(inputs), names));
    }

    private static Target required(Parameters parameters, ModelSignature model, String parameter, String usual) {
        var name = parameters.text(parameter).orElse(usual);
        return target(parameters, model, parameter, name).orElseThrow(() -> parameters.error(parameter,
            "the model has no input '" + name + "' for token ids; it has " + model.describeInputs()));
    }

    private static Optional<Target> optional(Parameters parameters, ModelSignature model, String parameter,
                                             String usual) {
        var given = parameters.text(parameter);
        return given.isPresent() ? Optional.of(required(parameters, model, parameter, usual))
            : target(parameters, model, parameter, usual);
    }

    private static Optional<Target> target(Parameters parameters, ModelSignature model, String parameter,
                                           String name) {
        return model.input(name).map(type -> new Target(name, check(parameters, parameter, name, type)));
    }

    private static ElementType check(Parameters parameters, String parameter, String name, TensorType type) {
        boolean integers = type.elementType() == ElementType.INT64 || type.elementType() == ElementType.INT32;
        if (!integers || type.dimensions().size() != 2) {
            throw parameters.error(parameter, "tokenize makes int64 or int32 tensors of shape [texts, tokens]; the "
                + "model's input '" + name + "' is " + type);
        }
        return type.elementType();
    }

    private record Target(String name, ElementType type) { }

    private record Names(Target ids, Optional<Target> mask, Optional<Target> types) { }

    private record Step(Tokenizer tokenizer, Padding padding, List<String> inputs, Names names)
        implements Preprocessor {
        /** Encoding allocates nothing once a buffer has grown; a thread's buffer is free between two runs. */
        private static final ThreadLocal<TokenBuffer> BUFFER = ThreadLocal.withInitial(TokenBuffer::new);

        @Override
        public Set<String> reads() {
            return Set.copyOf(inputs);
        }

        @Override
        public Set<String> makes() {
            var makes = new HashSet<>(Set.of(names.ids().name()));
            names.mask().ifPresent(target -> makes.add(target.name()));
            names.types().ifPresent(target -> makes.add(target.name()));
            return makes;
        }

        @Override
        public void apply(Batch batch) {
            var tokens = BUFFER.get();
            try {
                tokens.clear();
                encode(batch, tokens);
                write(batch, tokens);
            } catch (TokenizerException e) {
                throw new PipelineException(e.getMessage(), e);
            }
        }

        private void encode(Batch batch, TokenBuffer tokens) {
            for (int item = 0; item < batch.size(); item++) {
                if (inputs.size() == 1) {
                    var texts = batch.texts(item, inputs.get(0));
                    for (int i = 0; i < texts.size(); i++) {
                        tokenizer.encode(texts.get(i), tokens);
                    }
                    batch.rows(item, texts.size());
                } else {
                    tokenizer.encode(batch.text(item, inputs.get(0)), batch.text(item, inputs.get(1)), tokens);
                }
            }
        }

        private void write(Batch batch, TokenBuffer tokens) {
            int length = padding.length(tokens);
            var lengths = new int[tokens.rows()];
            for (int row = 0; row < lengths.length; row++) {
                lengths[row] = tokens.length(row);
            }
            batch.padded(names.ids().name(), new Batch.Padded(1, lengths, padding.side() == Side.LEFT));
            var ids = tensor(batch, names.ids(), length);
            tokens.writeIds(ids.segment(), layout(ids), padding, length);
            names.mask().ifPresent(target -> {
                var mask = tensor(batch, target, length);
                tokens.writeMask(mask.segment(), layout(mask), padding, length);
            });
            names.types().ifPresent(target -> {
                var types = tensor(batch, target, length);
                tokens.writeTypeIds(types.segment(), layout(types), padding, length);
            });
        }

        private static Tensor tensor(Batch batch, Target target, int length) {
            var tensor = Tensor.allocate(batch.arena(), target.type(), batch.rows(), length);
            batch.give(target.name(), tensor);
            return tensor;
        }

        private static ValueLayout layout(Tensor tensor) {
            return tensor.elementType() == ElementType.INT64 ? JAVA_LONG : JAVA_INT;
        }
    }
}
