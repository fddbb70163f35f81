package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GpuxfileTest {
    private static final Gpuxfile ALL = parse(Corpus.EVERYTHING);

    static Stream<Map.Entry<String, String>> good() {
        return Corpus.good().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("good")
    void readsWithoutNotes(Map.Entry<String, String> good) {
        assertEquals(List.of(), parse(good.getValue()).notes());
    }

    @Test
    void readsTheHead() {
        assertEquals("everything", ALL.name());
        assertEquals(Optional.of("1.2.3"), ALL.version());
        assertEquals(Optional.of("All keys of a GPUXfile."), ALL.description());
        assertEquals(new ModelSource.File(Path.of("models/m.onnx")), ALL.model().source());
        assertEquals(Optional.of("afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"),
            ALL.model().sha256());
        assertEquals(Corpus.FILE, ALL.source());
        assertEquals(Map.of("state", "stateN", "h", "hn"), ALL.state());
        assertEquals(List.of("state", "h"), List.copyOf(ALL.state().keySet()));
    }

    @Test
    void readsTheRuntime() {
        var runtime = ALL.runtime();
        assertEquals(List.of("tensorrt", "cuda", "cpu"), runtime.providers());
        assertEquals(Optional.of("gpu"), runtime.require());
        assertEquals(Map.of("cuda", Map.of("device_id", "0", "arena_extend_strategy", "kSameAsRequested", "use_tf32",
            "true"), "tensorrt", Map.of("trt_fp16_enable", "1")), runtime.options());
        assertEquals(new RuntimeSpec.Threads(OptionalInt.empty(), OptionalInt.of(1), Optional.of(false)),
            runtime.threads());
        assertEquals(OptionalLong.of(2_000_000_000L), runtime.memory());
        assertEquals(Map.of("session.set_denormal_as_zero", "1", "session.use_env_allocators", "1", "a.b", "3"),
            runtime.session());
        assertEquals(List.of("libs/a.so", "libs/b.so"), runtime.customOps());
        assertEquals(Optional.of("../ort"), runtime.library());
    }

    @Test
    void readsShortSpellingsOfTheRuntime() {
        var runtime = parse(Corpus.good().get("one provider")).runtime();
        assertEquals(List.of("cuda"), runtime.providers());
        assertEquals(OptionalInt.of(4), runtime.threads().intra());
        assertEquals(List.of("a.so"), runtime.customOps());
        var auto = parse(Corpus.good().get("providers auto")).runtime();
        assertEquals(List.of(), auto.providers());
        assertEquals(RuntimeSpec.Threads.NONE, auto.threads());
        assertEquals(OptionalLong.of(1024), auto.memory());
        var floats = parse(Corpus.good().get("integral floats"));
        assertEquals(OptionalInt.of(2), floats.runtime().threads().inter());
        assertEquals(OptionalInt.of(8000), floats.serve().port());
    }

    @Test
    void readsInputs() {
        var inputs = ALL.inputs();
        assertEquals(List.of("text", "photo", "sound", "size", "x"), List.copyOf(inputs.keySet()));
        var text = inputs.get("text");
        assertEquals(InputSpec.Type.TEXT, text.type());
        assertEquals(Optional.of("some words"), text.description());
        assertEquals("hello world", ((Value.Text) text.initial().orElseThrow()).text());
        assertEquals(OptionalInt.of(256), text.maxLength());
        assertEquals(InputSpec.Type.IMAGE, inputs.get("photo").type());
        assertEquals(InputSpec.Type.AUDIO, inputs.get("sound").type());
        assertEquals(InputSpec.Type.NUMBER, inputs.get("size").type());
        assertEquals(BigInteger.valueOf(3), ((Value.Whole) inputs.get("size").initial().orElseThrow()).value());
        var x = inputs.get("x");
        assertEquals(InputSpec.Type.TENSOR, x.type());
        assertEquals(Optional.of("float32"), x.dtype());
        var any = new Dimension.Free(Optional.empty());
        assertEquals(Optional.of(List.of(new Dimension.Free(Optional.of("batch")), new Dimension.Fixed(3),
            new Dimension.Fixed(224), any)), x.shape());
        assertEquals(Optional.empty(), inputs.get("photo").shape());
        assertEquals(List.of(new Dimension.Free(Optional.of("batch")), new Dimension.Fixed(3), any, any, any,
                new Dimension.Fixed(0)),
            parse(Corpus.good().get("shapes")).inputs().get("x").shape().orElseThrow());
    }

    @Test
    void readsSteps() {
        assertEquals(List.of("tokenize", "normalize"), ALL.preprocess().stream().map(Step::name).toList());
        var tokenize = ALL.preprocess().getFirst();
        assertEquals(List.of("input", "tokenizer", "max_length"), List.copyOf(tokenize.params().entries().keySet()));
        assertEquals("GPUXfile:25:5", tokenize.location().toString());
        assertEquals("GPUXfile:25:16", tokenize.params().keys().get("input").toString());
        assertEquals("GPUXfile:25:23", tokenize.params().entries().get("input").location().toString());
        assertTrue(ALL.preprocess().get(1).params().entries().isEmpty());
        assertEquals("pool", ALL.postprocess().getFirst().name());
        var topK = ALL.postprocess().get(1);
        assertEquals("5", ((Value.Whole) topK.params().entries().get(Step.VALUE)).text());

        var steps = parse(Corpus.good().get("steps"));
        assertEquals(List.of("softmax", "resize", "crop", "scale"),
            steps.preprocess().stream().map(Step::name).toList());
        assertInstanceOf(Value.Sequence.class, steps.preprocess().get(1).params().entries().get(Step.VALUE));
        assertTrue(steps.preprocess().get(2).params().entries().isEmpty());
        var extra = assertInstanceOf(Value.Sequence.class, steps.postprocess().get(1).params().entries().get("extra"));
        var inner = assertInstanceOf(Value.Mapping.class, extra.items().get(1));
        assertInstanceOf(Value.Null.class, inner.entries().get("a"));
    }

    @Test
    void readsServe() {
        var serve = ALL.serve();
        assertEquals(new ServeSpec(Optional.of("0.0.0.0"), OptionalInt.of(8080), OptionalInt.of(4),
            Optional.of(new ServeSpec.Batching(32, Optional.of(Duration.ofNanos(2_500_000)), List.of(8, 16, 32),
                List.of(16, 64, 256))),
            Optional.of(Duration.ofSeconds(5)), OptionalLong.of(64_000_000), OptionalInt.of(256)), serve);
    }

    @Test
    void readsTests() {
        var test = ALL.tests().getFirst();
        assertEquals(Optional.of("greeting"), test.name());
        assertEquals("hello world", ((Value.Text) test.input().get("text")).text());
        assertEquals(OptionalDouble.of(0.02), test.tolerance());
        assertEquals("GPUXfile:39:5", test.location().toString());
        var expected = assertInstanceOf(Value.Sequence.class, test.expect().get("embedding"));
        assertEquals(-0.035677, ((Value.Real) expected.items().getFirst()).value());
        assertEquals(GoldenTest.AND_SO_ON, ((Value.Text) expected.items().getLast()).text());
    }

    @Test
    void leavesOutWhatTheFileLeavesOut() {
        for (var name : List.of("minimal", "empty maps")) {
            var file = parse(Corpus.good().get(name));
            assertEquals(Optional.empty(), file.version());
            assertEquals(Optional.empty(), file.description());
            assertEquals(RuntimeSpec.NONE, file.runtime());
            assertEquals(ServeSpec.NONE, file.serve());
            assertEquals(Map.of(), file.inputs());
            assertEquals(List.of(), file.preprocess());
            assertEquals(List.of(), file.postprocess());
            assertEquals(List.of(), file.tests());
            assertEquals(Map.of(), file.state());
        }
    }

    @Test
    void isImmutable() {
        assertThrows(UnsupportedOperationException.class, () -> ALL.inputs().clear());
        assertThrows(UnsupportedOperationException.class, () -> ALL.runtime().options().get("cuda").clear());
        assertThrows(UnsupportedOperationException.class, () -> ALL.runtime().session().clear());
        assertThrows(UnsupportedOperationException.class, () -> ALL.preprocess().getFirst().params().entries().clear());
        assertThrows(UnsupportedOperationException.class, () -> ALL.tests().getFirst().expect().clear());
        assertThrows(UnsupportedOperationException.class, () -> ALL.state().clear());
    }

    @Test
    void readsModelSources() {
        assertEquals(new ModelSource.Url(URI.create("https://example.org/a/model.onnx?x=1")),
            parse(Corpus.good().get("url")).model().source());
        var hub = new ModelSource.HuggingFace("org", "repo", Optional.empty(), Optional.of("onnx/model.onnx"));
        assertEquals(hub, parse(Corpus.good().get("hub")).model().source());
        assertEquals(Optional.of("refs/pr/1"),
            ((ModelSource.HuggingFace) parse(Corpus.good().get("hub revision")).model().source()).revision());
        for (var text : List.of("hf://a/b", "hf://a/b@main", "hf://a/b@refs%2Fpr%2F1/x/y.onnx", "https://a.b/c",
            "a/b.onnx")) {
            assertEquals(text, ModelSource.parse(text).toString().replace('\\', '/'));
        }
        for (var text : List.of("", " ", "hf://", "hf://a", "hf://a/", "hf:///b", "hf://a/b/", "hf://a/b@/c",
            "hf://a/b/c//d",
            "hf://a/b/./c", "hf://a/b/c/..", "hf://a/b/c\\d", "hf://a/b/c?d", "hf://.a/b/c", "hf://a/b@../c",
            "hf://a/b@x%2F..%2Fy/c", "file:///a", "s3://a/b", "://", "https://", "https://u@h/", "http://1.2.3.4/",
            "http://localhost.example.org/m.onnx")) {
            assertThrows(ModelSource.MalformedException.class, () -> ModelSource.parse(text), text);
        }
    }

    @Test
    void expandsVariables() {
        var file = parse(Corpus.good().get("variables"));
        assertEquals("from-env", file.name());
        assertEquals(Optional.of("1.0"), file.version());
        assertEquals("models/m.onnx", file.model().source().toString().replace('\\', '/'));
        assertEquals(new RuntimeSpec.Threads(OptionalInt.empty(), OptionalInt.of(2), Optional.of(true)),
            file.runtime().threads());
        assertEquals(OptionalInt.of(9000), file.serve().port());
        assertEquals(OptionalInt.of(3), file.serve().workers());
        assertEquals(OptionalLong.of(2_000_000), file.serve().maxBody());
        assertEquals(Optional.of("$5 is $5 or $"), parse(Corpus.good().get("dollars")).description());
        assertEquals(Optional.of("a$"), parse(Corpus.with("description: a$")).description());
        assertEquals(Optional.of("-"), parse(Corpus.with("description: ${EMPTY:--}")).description());
        var nested = Gpuxfile.parse(Corpus.with("description: ${A}"), Corpus.FILE, Map.of("A", "${B} $$ #:"));
        assertEquals(Optional.of("${B} $$ #:"), nested.description(), "what a variable holds is taken as it is");
    }

    @Test
    void typesScalarsAsYaml12() {
        var params = parse(Corpus.with("""
            preprocess:
              - types:
                  text: [no, on, 12:30, 2024-01-01, 1_000, "5", 'true', 0b1, 0x, "", .e5, 1e, +, "~"]
                  whole: [0, -7, +7, 007, 0x1F, 0o17, 18446744073709551615]
                  real: [1.5, .5, 1., 1e3, -2.5E-3, +.inf]
                  bool: [true, False]
                  null: [null, ~, ]
                  nan: .NaN
            """)).preprocess().getFirst().params().entries();
        assertTrue(items(params, "text").stream().allMatch(Value.Text.class::isInstance), params.toString());
        assertEquals(List.of("0", "-7", "7", "7", "31", "15", "18446744073709551615"),
            items(params, "whole").stream().map(v -> ((Value.Whole) v).value().toString()).toList());
        assertEquals(List.of(1.5, 0.5, 1.0, 1000.0, -0.0025, Double.POSITIVE_INFINITY),
            items(params, "real").stream().map(v -> ((Value.Real) v).value()).toList());
        assertEquals(List.of(true, false), items(params, "bool").stream().map(v -> ((Value.Bool) v).value()).toList());
        assertTrue(items(params, "null").stream().allMatch(Value.Null.class::isInstance));
        assertTrue(Double.isNaN(((Value.Real) params.get("nan")).value()));
    }

    @Test
    void resolvesPathsFromItsFolder(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("GPUXfile"), "model: sub/../m.onnx\nname: a\n");
        var gpuxfile = Gpuxfile.read(file);
        assertEquals(folder.toAbsolutePath(), gpuxfile.folder());
        assertEquals(folder.resolve("m.onnx").toAbsolutePath(),
            gpuxfile.resolve(((ModelSource.File) gpuxfile.model().source()).path()));
        assertEquals(folder.resolve("t.json").toAbsolutePath(), gpuxfile.resolve("t.json"));
        assertEquals(file.toAbsolutePath(), gpuxfile.resolve(file.toAbsolutePath()));
    }

    @Test
    void takesTheNameOfItsFolder(@TempDir Path folder) throws Exception {
        var inner = Files.createDirectory(folder.resolve("_My modèle v2"));
        var file = Files.writeString(inner.resolve("GPUXfile"), "model: m.onnx\n");
        assertEquals("My-mod-le-v2", Gpuxfile.read(file).name());
        assertEquals("model", Gpuxfile.parse("model: m.onnx", Path.of("/GPUXfile"), Map.of()).name());
    }

    @Test
    void standsForAModelWithoutAFile() {
        var file = Gpuxfile.ofModel(Path.of("some/where/tiny model.onnx"));
        assertEquals("tiny-model", file.name());
        assertEquals(new ModelSource.File(Path.of("some/where/tiny model.onnx").toAbsolutePath()),
            file.model().source());
        assertEquals(Path.of("some/where").toAbsolutePath(), file.folder());
        assertEquals(RuntimeSpec.NONE, file.runtime());
    }

    @Test
    void locates(@TempDir Path folder) throws Exception {
        assertEquals(Optional.empty(), Gpuxfile.locate(folder));
        assertEquals(Optional.empty(), Gpuxfile.locate(folder.resolve("no")));
        var old = Files.writeString(folder.resolve("gpux.yml"), "");
        assertEquals(Optional.of(old), Gpuxfile.locate(folder));
        var file = Files.writeString(folder.resolve("GPUXfile"), "");
        assertEquals(Optional.of(file), Gpuxfile.locate(folder));
        assertEquals(Optional.of(old), Gpuxfile.locate(old));
    }

    private static List<Value> items(Map<String, Value> params, String key) {
        return ((Value.Sequence) params.get(key)).items();
    }

    private static Gpuxfile parse(String text) {
        return Gpuxfile.parse(text, Corpus.FILE, Corpus.ENVIRONMENT);
    }
}
