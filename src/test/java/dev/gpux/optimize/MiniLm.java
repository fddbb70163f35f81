package dev.gpux.optimize;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The root model in float32 and as its makers quantised it, and 200 sentences. */
final class MiniLm {
    static final Path MODELS = Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();
    static final Path FLOAT = MODELS.resolve("all-minilm-l6-v2.onnx");
    static final Path PUBLISHED = MODELS.resolve("all-minilm-l6-v2-q.onnx");

    private static final List<String> SUBJECTS = List.of("A cat", "The old captain", "My neighbour's dog",
        "The central bank", "A young violinist", "The hospital", "An unmanned probe", "The city council", "Our "
            + "compiler",
        "A retired teacher", "The glacier", "A small bakery", "The football team", "Her grandmother",
        "The database server", "A species of orchid", "The train to Lisbon", "The defence lawyer", "A tropical storm",
        "The museum");
    private static final List<String> PREDICATES = List.of("sat quietly on the mat until the rain stopped.",
        "announced that prices would rise by four percent next year.", "was found near the river on Monday morning.",
        "needs more time than anybody had expected.", "has changed the way we think about energy.",
        "lost power twice during the night, and nobody noticed.", "is described in a letter from 1846.",
        "won the first prize in front of a small crowd.", "cannot be repaired without special tools.",
        "reminds me of a song that I heard as a child.");

    private MiniLm() { }

    /** All sentences of a subject and a predicate. */
    static List<Map<String, Input>> sentences() {
        var sentences = new ArrayList<Map<String, Input>>();
        for (var subject : SUBJECTS) {
            PREDICATES.forEach(predicate -> sentences.add(Map.of("text", new Input.Text(subject + " " + predicate))));
        }
        return sentences;
    }

    /** Other ones, to calibrate with. */
    static List<Map<String, Input>> otherSentences() {
        var subjects = List.of("The minister", "Two students", "This recipe", "The new bridge", "A flock of geese",
            "My first bicycle", "The keyboard", "An honest answer");
        var predicates = List.of("was late again, and everybody had to wait.", "costs less than a cup of coffee.",
            "smells of smoke and oranges.", "moved to the south in search of warmer weather.");
        var sentences = new ArrayList<Map<String, Input>>();
        for (var subject : subjects) {
            predicates.forEach(predicate -> sentences.add(Map.of("text", new Input.Text(subject + " " + predicate))));
        }
        return sentences;
    }

    /** The root example with the float32 model. */
    static Gpuxfile gpuxfile(Path folder) throws IOException {
        if (!Files.exists(FLOAT)) {
            throw new IllegalStateException(FLOAT + " is missing: run 'mvn generate-test-resources'");
        }
        var file = Files.writeString(folder.resolve("GPUXfile"), """
            name: minilm
            model: {source: %s}
            inputs: {text: {type: text}}
            preprocess:
              - tokenize: {input: text, tokenizer: %s, max_length: 256}
            postprocess:
              - pool: {output: last_hidden_state, as: embedding, mode: mean, normalize: l2}
            """.formatted(FLOAT, MODELS.resolve("all-minilm-l6-v2-q-tokenizer.json")));
        return Gpuxfile.read(file);
    }

    /** Compares with the float32 model on the sentences. */
    static Prover prover(Model before) throws IOException {
        return new Prover(before, Files.size(FLOAT), new Evidence(Evidence.Origin.GIVEN, sentences()),
            OpenOptions.standard());
    }
}
