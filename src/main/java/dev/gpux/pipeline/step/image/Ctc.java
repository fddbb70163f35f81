package dev.gpux.pipeline.step.image;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code ctc}: text, out of what a model with connectionist temporal classification gives: at each step the likeliest
 * character is taken, repetitions count once, and the blank that separates them counts not at all.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code output}: probabilities, float32[texts, steps, classes]; by default the only output of rank 3;
 * <li>{@code as}: what the text is called, {@code text} by default;
 * <li>the characters in the order of the classes, one of: {@code metadata}, the key of the model's metadata that has one a
 * line; {@code file}, a file with one a line; {@code characters}, a list;
 * <li>{@code space}: whether a space follows as the last class, {@code true} by default if the model has a class for it;
 * <li>{@code blank}: where the class of the blank is, {@code first} (the default) or {@code last}.
 * </ul>
 * The score is the mean probability of the characters taken; of an empty text it is 0.
 */
public final class Ctc implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "ctc";

    private static final long MOST_BYTES = 16 << 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        var output = MapOutput.of(NAME, parameters, model, 3);
        var characters = new ArrayList<>(characters(parameters, model));
        long classes = model.output(output.name()).map(type -> type.dimensions().get(2).size()).orElse(-1L);
        if (parameters.flag("space").orElse(classes == characters.size() + 2L)) {
            characters.add(" ");
        }
        if (classes >= 0 && classes != characters.size() + 1L) {
            throw parameters.error("characters", "the model's output '" + output.name() + "' has " + classes
                + " classes, and there are " + characters.size() + " characters and the blank");
        }
        characters.add(parameters.choice("blank", List.of("first", "last")).orElse("first").equals("first") ? 0
            : characters.size(), "");
        return Optional.of(new Step(output, parameters.text("as").orElse("text"), List.copyOf(characters)));
    }

    private static List<String> characters(Parameters parameters, ModelSignature model) {
        var metadata = parameters.text("metadata");
        var file = parameters.file("file");
        var list = parameters.texts("characters");
        if (metadata.isPresent() == (file.isPresent() || list.isPresent()) || file.isPresent() && list.isPresent()) {
            throw parameters.error("characters", "ctc needs the characters: one of metadata, file and characters");
        }
        if (metadata.isPresent()) {
            return lines(Optional.ofNullable(model.metadata().custom().get(metadata.get())).orElseThrow(() ->
                parameters.error("metadata", "the model's metadata have no '" + metadata.get() + "'; they have "
                    + (model.metadata().custom().isEmpty() ? "nothing" : String.join(", ", model.metadata().custom().keySet())))));
        }
        if (file.isPresent()) {
            try {
                if (Files.size(file.get()) > MOST_BYTES) {
                    throw parameters.error("file", file.get() + " is larger than 16 MiB: no list of characters");
                }
                return lines(Files.readString(file.get()));
            } catch (IOException e) {
                throw parameters.error("file", "cannot read " + file.get() + " as UTF-8 text");
            }
        }
        return list.orElseThrow();
    }

    /** Lines as they are; spaces may be characters. Only the end of the last line makes no further one. */
    private static List<String> lines(String text) {
        return text.lines().toList();
    }

    private record Step(MapOutput output, String as, List<String> classes) implements Postprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(output.name());
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public void apply(Batch batch) {
            var tensor = output.of(batch);
            if (tensor.shape().size(2) != classes.size()) {
                throw new PipelineException("ctc knows " + classes.size() + " classes; the model gave " + tensor);
            }
            var answers = new ArrayList<Answer>();
            for (int item = 0; item < batch.size(); item++) {
                answers.add(reading(tensor, item));
            }
            batch.consume(output.name());
            batch.answer(as, answers);
        }

        private Answer.Reading reading(Tensor tensor, int item) {
            int size = classes.size();
            long steps = tensor.shape().size(1);
            var memory = tensor.segment();
            var text = new StringBuilder();
            double sum = 0;
            int taken = 0;
            int before = -1;
            for (long step = 0; step < steps; step++) {
                long start = (item * steps + step) * size;
                int best = 0;
                float most = Float.NEGATIVE_INFINITY;
                for (int i = 0; i < size; i++) {
                    float value = memory.getAtIndex(JAVA_FLOAT, start + i);
                    if (value > most) {
                        most = value;
                        best = i;
                    }
                }
                var character = classes.get(best);
                if (best != before && !character.isEmpty()) {
                    text.append(character);
                    sum += most;
                    taken++;
                }
                before = best;
            }
            return new Answer.Reading(text.toString(), taken == 0 ? 0 : sum / taken);
        }
    }
}
