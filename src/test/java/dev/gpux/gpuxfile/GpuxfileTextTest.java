package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single values change; everything else stays as its author wrote it. */
class GpuxfileTextTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("FOLDER", "/models");

    private static Gpuxfile parse(String text) {
        return Gpuxfile.parse(text, Path.of("/work/project/GPUXfile"), ENVIRONMENT);
    }

    private static String withModel(String text, String path) {
        var gpuxfile = GpuxfileText.of(text);
        var place = gpuxfile.find("model").or(() -> gpuxfile.find("model", "source")).orElseThrow();
        return gpuxfile.withPaths(Map.of(place, path));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "model: a.onnx",
        "model: a.onnx\n",
        "model: a.onnx # the model\nname: x\n",
        "# comment\nname: x\nmodel:\n  source: ${FOLDER}/a.onnx\n",
        "{name: x, model: {source: \"${FOLDER}/a.onnx\"}}",
        "model: '../a.onnx'\n",
        "model: \"..\\u002fa.onnx\"\ndescription: |\n  many\n  lines\n",
        "model:\n  source: >-\n    /some/where/a.onnx\nname: x\n",
        "model: |-\n  /some/where/a.onnx\nname: x\n",
        "model:\n  /some/where\n  /a.onnx\nname: x\n",
        "---\ndescription: \"\uD83D\uDE00 \u00e9\"\nmodel: a.onnx\n...\n",
        "\uFEFFmodel: a.onnx\r\nname: x\r\n",
        "description: \uD83D\uDE00\nmodel: {source: /x/\uD83D\uDE00.onnx}\n"})
    void theModelMovesAndNothingElse(String text) {
        var changed = parse(withModel(text, "files/a b$c.onnx"));
        assertEquals(new ModelSource.File(Path.of("files/a b$c.onnx")), changed.model().source());
        var before = parse(text);
        assertEquals(before.name(), changed.name());
        assertEquals(before.description(), changed.description());
    }

    @Test
    void commentsAndSpacesStay() {
        assertEquals("# top\nmodel:   \"b.onnx\"   # the model\n\nname:  x # me\n",
            withModel("# top\nmodel:   a.onnx   # the model\n\nname:  x # me\n", "b.onnx"));
    }

    @Test
    void whatHoldsThePathAlreadyStays() {
        assertEquals("model: 'a.onnx'", withModel("model: 'a.onnx'", "a.onnx"));
    }

    @Test
    void stepsChangeWhereTheyStand() {
        var text = "model: m.onnx\npreprocess:\n  - tokenize: {input: t, tokenizer: /a/t.json}\n"
            + "  - tokenize: {tokenizer: t.json}\n";
        var gpuxfile = parse(text);
        var first = gpuxfile.preprocess().get(0).params().entries().get("tokenizer").location();
        var second = gpuxfile.preprocess().get(1).params().entries().get("tokenizer").location();
        assertEquals("model: m.onnx\npreprocess:\n  - tokenize: {input: t, tokenizer: \"files/t.json\"}\n"
            + "  - tokenize: {tokenizer: \"other.json\"}\n",
            GpuxfileText.of(text).withPaths(Map.of(first, "files/t.json", second, "other.json")));
    }

    @Test
    void listsAreFoundByNumber() {
        var text = GpuxfileText.of("model: m\nruntime: {custom_ops: [a.so, b.so]}\n");
        var place = text.find("runtime", "custom_ops", "1").orElseThrow();
        assertEquals("model: m\nruntime: {custom_ops: [a.so, \"c.so\"]}\n", text.withPaths(Map.of(place, "c.so")));
        assertTrue(text.find("runtime", "custom_ops", "2").isEmpty());
        assertTrue(text.find("runtime").isEmpty(), "it has parts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model: a.onnx\n", "# top\n\nmodel: a.onnx", "---\nmodel: a.onnx\n", "{model: a.onnx}",
        "  model: a.onnx\n  description: x\n", "\n\n  # indented\n  model: a.onnx\n"})
    void aNameIsPutIn(String text) {
        assertFalse(GpuxfileText.of(text).has("name"));
        var named = GpuxfileText.of(text).withName("digits");
        assertEquals("digits", parse(named).name());
        assertEquals(parse(text).model(), parse(named).model());
        assertTrue(GpuxfileText.of(named).has("name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[a]", "just text", "a: [", "a: \u0001"})
    void otherTexts(String text) {
        assertThrows(IllegalArgumentException.class, () -> GpuxfileText.of(text));
    }

    @Test
    void placesWithoutAValue() {
        var other = GpuxfileText.of("model: m\nname: x\n").find("name").orElseThrow();
        assertThrows(IllegalArgumentException.class, () -> GpuxfileText.of("model: m\n").withPaths(Map.of(other, "x")));
    }
}
