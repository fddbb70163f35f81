package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AncestorFormatTest {
    private static final Path FILE = Path.of("gpux.yml");

    private static final String SENTIMENT = """
        name: sentiment
        version: 1.0.0
        model:
          source: ./model.onnx
          format: onnx
        inputs:
          text:
            type: string
            max_length: 512
            required: true
          bias: {type: float32, shape: [1, 2]}
        outputs:
          sentiment: {type: float32, shape: [1, 2], labels: [negative, positive]}
        runtime:
          gpu:
            memory: 2GB
            backend: cuda
          timeout: 30
        preprocessing:
          tokenizer: ./tokenizer.json
          max_length: 128
          padding: true
        serving:
          port: 8080
          host: localhost
          batch_size: 8
          timeout: 5s
          max_workers: 4
        metadata: {original_registry: hub}
        """;

    @Test
    void mapsWhatItCan() {
        var file = parse(SENTIMENT);
        assertEquals("sentiment", file.name());
        assertEquals(InputSpec.Type.TEXT, file.inputs().get("text").type());
        assertEquals(OptionalInt.of(512), file.inputs().get("text").maxLength());
        assertEquals(InputSpec.Type.TENSOR, file.inputs().get("bias").type());
        assertEquals(Optional.empty(), file.inputs().get("bias").shape());
        assertEquals(OptionalLong.of(2_000_000_000), file.runtime().memory());
        assertEquals(List.of("cuda", "cpu"), file.runtime().providers());
        assertEquals(OptionalInt.of(8080), file.serve().port());
        assertEquals(OptionalInt.of(4), file.serve().workers());
        assertEquals(8, file.serve().batching().orElseThrow().maxSize());
        assertEquals(Optional.of(Duration.ofSeconds(5)), file.serve().timeout());
        var step = file.preprocess().getFirst();
        assertEquals("tokenize", step.name());
        assertEquals(List.of("input", "tokenizer", "max_length"), List.copyOf(step.params().entries().keySet()));
        assertEquals("text", ((Value.Text) step.params().entries().get("input")).text());
    }

    @Test
    void saysWhatBecameOfEachKey() {
        assertEquals(List.of(
            "gpux.yml:5:3: model.format is not used: the file itself says it",
            "gpux.yml:8:11: inputs.text.type string is read as text",
            "gpux.yml:10:5: inputs.text.required is not used: an input is required unless it has a default",
            "gpux.yml:11:16: inputs.bias.type float32 is read as tensor with the model's own dtype",
            "gpux.yml:11:25: inputs.bias.shape is not used: the model's own shape counts",
            "gpux.yml:12:1: outputs is not used: the model says what its outputs are, "
                + "postprocess what becomes of them",
            "gpux.yml:16:5: runtime.gpu.memory is read as runtime.memory",
            "gpux.yml:17:5: runtime.gpu.backend is read as runtime.providers",
            "gpux.yml:18:3: runtime.timeout is not used: serve.timeout_ms is for that",
            "gpux.yml:20:3: preprocessing.tokenizer is read as preprocess.tokenize.tokenizer",
            "gpux.yml:21:3: preprocessing.max_length is read as preprocess.tokenize.max_length",
            "gpux.yml:22:3: preprocessing.padding is not used: the Python version never applied it either; "
                + "write it as a step under preprocess",
            "gpux.yml:23:1: serving is read as serve",
            "gpux.yml:26:3: serving.batch_size is read as serve.batching",
            "gpux.yml:27:3: serving.timeout is read as serve.timeout_ms",
            "gpux.yml:28:3: serving.max_workers is read as serve.workers",
            "gpux.yml:29:1: metadata is not used: it is only for people"),
            parse(SENTIMENT).notes().stream().map(Note::toString).toList());
    }

    @Test
    void readsInputsAsAList() {
        var file = parse("""
            name: a
            model: {source: m.onnx}
            inputs:
              - {name: input_ids, type: int64, shape: [1, 128], required: true}
              - {name: extra, type: str}
            """);
        assertEquals(List.of("input_ids", "extra"), List.copyOf(file.inputs().keySet()));
        assertEquals(InputSpec.Type.TENSOR, file.inputs().get("input_ids").type());
        assertEquals(InputSpec.Type.TEXT, file.inputs().get("extra").type());
        assertEquals(InputSpec.Type.TENSOR, parse("model: m.onnx\ninputs: {x: float32}").inputs().get("x").type());
    }

    @ParameterizedTest
    @CsvSource({"auto,''", "cpu,cpu", "metal,coreml;cpu", "dx12,directml;cpu", "vulkan,webgpu;cpu", "rocm,rocm;cpu"})
    void readsBackends(String backend, String providers) {
        var file = parse("model: m.onnx\nruntime: {gpu: {backend: " + backend + "}}\n");
        assertEquals(providers.isEmpty() ? List.of() : List.of(providers.split(";")), file.runtime().providers());
    }

    @Test
    void readsTimeoutsInSeconds() {
        for (var timeout : Map.of("5", 5000L, "5s", 5000L, "0.25", 250L, "'30 s'", 30_000L).entrySet()) {
            var file = parse("model: m.onnx\nserving: {timeout: " + timeout.getKey() + ", batch_size: 1}\n");
            assertEquals(Optional.of(Duration.ofMillis(timeout.getValue())), file.serve().timeout());
            assertEquals(Optional.empty(), file.serve().batching());
        }
    }

    @Test
    void leavesTheNewKeysAlone() {
        var file = Gpuxfile.parse(Corpus.EVERYTHING, FILE, Map.of());
        assertEquals(List.of(), file.notes());
        assertEquals(Gpuxfile.parse(Corpus.EVERYTHING, Corpus.FILE, Map.of()).runtime(), file.runtime());
    }

    @Test
    void appliesNoTokenizerOfAHubAndNoneWithoutAText() {
        assertEquals(List.of(), parse("model: m.onnx\ninputs: {t: string}\npreprocessing: {tokenizer: bert-base}\n")
            .preprocess());
        var ids = parse("""
            model: m.onnx
            inputs: {ids: {type: int64, max_length: 4}}
            preprocessing: {tokenizer: t.json}
            """);
        assertEquals(List.of(), ids.preprocess());
        assertEquals(3, ids.notes().size());
    }

    @Test
    void staysStrict() {
        var e = assertThrows(GpuxfileException.class, () -> parse("""
            model: {sorce: m.onnx, format: onnx}
            serving: {prot: 1, timeout: soon}
            serve: {}
            runtime: {gpu: {memory: lots, cores: 3}}
            inputs: [{type: float32}]
            """));
        var said = e.problems().stream().map(Problem::toString).toList();
        assertEquals(6, said.size(), said.toString());
        assertTrue(said.get(0).startsWith("gpux.yml:1:8: model.source is missing"), said.get(0));
        assertTrue(said.get(1).startsWith("gpux.yml:1:9: unknown key \"sorce\" in model; did you mean"), said.get(1));
        assertTrue(said.get(2).startsWith("gpux.yml:2:1: unknown key \"serving\"; did you mean \"serve\"?"),
            said.get(2));
        assertTrue(said.get(3).startsWith("gpux.yml:4:25: runtime.memory: expected a size"), said.get(3));
        assertTrue(said.get(4).startsWith("gpux.yml:4:31: unknown key \"gpu.cores\" in runtime"), said.get(4));
        assertTrue(said.get(5).startsWith("gpux.yml:5:9: inputs: expected a map, found a list"), said.get(5));
    }

    @Test
    void isNotReadFromAGpuxfile() {
        assertThrows(GpuxfileException.class, () -> Gpuxfile.parse(SENTIMENT, Corpus.FILE, Map.of()));
    }

    private static Gpuxfile parse(String text) {
        return Gpuxfile.parse(text, FILE, Map.of());
    }
}
