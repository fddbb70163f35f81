package dev.gpux.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.step.StepCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's own step, found through {@code META-INF/services}, and the catalogue of all steps. */
class OwnStepTest {
    @TempDir
    Path folder;

    /** {@code letters}: a text into the numbers of its letters; numbers into a text. */
    public static final class Letters implements StepProvider {
        @Override
        public String name() {
            return "letters";
        }

        @Override
        public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
            var as = parameters.text("as").orElse("x");
            return Optional.of(new Preprocessor() {
                @Override
                public Set<String> reads() {
                    return Set.of("word");
                }

                @Override
                public Set<String> makes() {
                    return Set.of(as);
                }

                @Override
                public void apply(Batch batch) {
                    var word = batch.text(0, "word");
                    var numbers = new float[word.length()];
                    IntStream.range(0, numbers.length).forEach(i -> numbers[i] = word.charAt(i) - 'a');
                    batch.give(as, Tensor.of(batch.arena(), numbers, numbers.length));
                }
            });
        }

        @Override
        public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
            return Optional.of(new Postprocessor() {
                @Override
                public Set<String> reads() {
                    return Set.of("y");
                }

                @Override
                public Set<String> makes() {
                    return Set.of("word");
                }

                @Override
                public void apply(Batch batch) {
                    var word = new StringBuilder();
                    for (float number : batch.output("y").floats()) {
                        word.append((char) ('a' + (int) number));
                    }
                    batch.consume("y");
                    batch.answer("word", List.of(new Answer.Text(word.toString())));
                }
            });
        }
    }

    @Test
    void aUsersOwnStepRunsLikeOurs() throws IOException {
        try (var pipeline = TestPipeline.of(folder, TestPipeline.identity("n"),
            "preprocess: [letters]\npostprocess: [letters]")) {
            assertEquals("word: text", pipeline.model().inputs().getFirst().toString());
            assertEquals(new Answer.Text("hello"),
                pipeline.run(Map.of("word", new Input.Text("hello"))).get("word"));
        }
        var error = assertThrows(GpuxfileException.class, () ->
            TestPipeline.of(folder, TestPipeline.identity("n"), "preprocess: [lettters]").close());
        assertTrue(error.getMessage().contains("did you mean \"letters\""), error.getMessage());
    }

    @Test
    void everyStepOfTheCatalogueIsThereOnceUnderItsName() {
        var names = StepCatalogue.names();
        assertEquals(names.size(), new HashSet<>(names).size());
        names.forEach(name -> assertEquals(name, StepCatalogue.find(name).orElseThrow().name()));
        assertTrue(StepCatalogue.find("nothing").isEmpty());
    }

    @Test
    void editorsKnowEveryStep() throws IOException {
        var schema = Files.readString(Path.of("src/main/resources/dev/gpux/gpuxfile/gpuxfile.schema.json"));
        for (var name : StepCatalogue.names()) {
            assertTrue(name.equals("letters") || schema.contains('"' + name + '"'), name);
        }
    }
}
