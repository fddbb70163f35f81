package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux init}. */
class InitIT {
    private static final int USAGE = 2;
    private static final int INVALID = 3;

    @TempDir
    Path folder;
    private StoreFolder here;

    @BeforeEach
    void here() {
        here = new StoreFolder(folder);
    }

    private static Path models() {
        return Path.of(System.getProperty("gpux.models", "models")).toAbsolutePath();
    }

    @Test
    void aTextModelWithItsTokenizerTakesTextAtOnce() throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.copy(models().resolve("all-minilm-l6-v2-q.onnx"), folder.resolve("onnx/model.onnx"));
        Files.copy(models().resolve("all-minilm-l6-v2-q-tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 512, \"x\": {\"y\": [1]}}");
        var init = here.fine("init", "onnx/model.onnx");
        assertEquals("wrote GPUXfile for onnx/model.onnx\n", init.out());
        var text = Files.readString(folder.resolve("GPUXfile"));
        assertTrue(text.contains("- tokenize: {input: text, tokenizer: tokenizer.json, max_length: 512}"), text);
        assertTrue(text.contains("#   input_ids: int64[batch_size,sequence_length]"), text);
        assertTrue(text.contains("# - pool: {output: last_hidden_state"), text);
        var run = here.fine("run", "-i", "text=hello world", "--json");
        assertEquals(4 * 384, RunIT.numbers(run.out(), "last_hidden_state").size());
        Files.writeString(folder.resolve("GPUXfile"), text.replace("# postprocess:", "postprocess:")
            .replace("# - pool:", "  - pool:"));
        assertEquals(384, RunIT.numbers(here.fine("run", "-i", "text=hi", "--json").out(), "embedding").size());
    }

    @Test
    void poolingIsAsTheAuthorsHaveIt() throws IOException {
        Files.copy(models().resolve("all-minilm-l6-v2-q.onnx"), folder.resolve("model.onnx"));
        Files.copy(models().resolve("all-minilm-l6-v2-q-tokenizer.json"), folder.resolve("tokenizer.json"));
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"),
            "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        var text = here.fine("init", "-o", "-").out();
        assertTrue(text.contains("\n  - pool: {output: last_hidden_state, as: embedding, mode: cls}\n"), text);
    }

    @Test
    void tensorsAreListedWithTypeAndShape() throws IOException {
        Files.copy(models().resolve("cnn_mnist.onnx"), folder.resolve("digits.onnx"));
        here.fine("init");
        var gpuxfile = Gpuxfile.read(folder.resolve("GPUXfile"), Map.of());
        assertEquals("digits", gpuxfile.name());
        assertEquals("float32", gpuxfile.inputs().get("input_image").dtype().orElseThrow());
        assertEquals(4, gpuxfile.inputs().get("input_image").shape().orElseThrow().size());
        var zeros = "[[[" + "[" + "0,".repeat(27) + "0]" + (",[" + "0,".repeat(27) + "0]").repeat(27) + "]]]";
        assertEquals(10, RunIT.numbers(here.fine("run", "-i", "input_image=" + zeros, "--json").out(),
            "output_probs").size());
    }

    @Test
    void hostileNamesStayWhatTheyAre() throws IOException {
        var names = List.of("a: b", "#x", "null", "${HOME}", "it's \"q\" \\", "line\nbreak", "\u202Eback", "yes", "-",
            "{", "x y", "é", "\uD83D\uDE00");
        var builder = ModelBuilder.create().irVersion(8).opset(17);
        for (var name : names) {
            builder.input(name, OnnxDataType.FLOAT, name, 1, "?");
        }
        var model = builder.node("Relu", List.of("a: b"), List.of("y")).output("y", OnnxDataType.FLOAT).build();
        OnnxWriter.write(model, folder.resolve("a $b \"c\".onnx"));
        here.fine("init");
        var gpuxfile = Gpuxfile.read(folder.resolve("GPUXfile"), Map.of());
        assertEquals(names, List.copyOf(gpuxfile.inputs().keySet()));
        assertEquals("a $b \"c\".onnx", gpuxfile.model().source().toString());
        here.fine("inspect");
    }

    @Test
    void nothingIsReplacedUnasked() throws IOException {
        Files.copy(models().resolve("cnn_mnist.onnx"), folder.resolve("digits.onnx"));
        Files.writeString(folder.resolve("GPUXfile"), "mine");
        here.fails(USAGE, List.of("there is a GPUXfile already", "--force"), "init", "digits.onnx");
        assertEquals("mine", Files.readString(folder.resolve("GPUXfile")));
        here.fine("init", "digits.onnx", "--force");
        here.fine("init", "digits.onnx", "-o", "other.GPUXfile");
        assertEquals(Files.readString(folder.resolve("GPUXfile")), Files.readString(folder.resolve("other.GPUXfile")));
        var json = here.fine("init", "digits.onnx", "-f", "--json");
        assertTrue(json.out().startsWith("{\"gpuxfile\":\"") && json.out().lines().count() == 1, json::toString);
    }

    @Test
    void whatIsNoModel() throws IOException {
        here.fails(USAGE, List.of("there is no .onnx file here"), "init");
        here.fails(INVALID, List.of("there is no model file x.onnx"), "init", "x.onnx");
        Files.writeString(folder.resolve("x.onnx"), "<html></html>");
        here.fails(INVALID, List.of("x.onnx", "HTML"), "init", "x.onnx");
        Files.writeString(folder.resolve("y.onnx"), "");
        here.fails(USAGE, List.of("which model?", "x.onnx", "y.onnx"), "init");
    }
}
