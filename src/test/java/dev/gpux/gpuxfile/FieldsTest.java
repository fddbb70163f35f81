package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the parameters of a step are read with. */
class FieldsTest {
    @Test
    void readsParameters() {
        var problems = new Problems();
        var fields = step("{labels: [cat, 0, 1.50, ' ', cat], one: dog, mean: [0.5, 1, -2e3], scale: 255, k: 5, "
            + "on: true}", problems);
        assertEquals(List.of("cat", "0", "1.50", " ", "cat"), texts(fields, "labels"));
        assertEquals(List.of("dog"), texts(fields, "one"));
        assertEquals(Optional.empty(), fields.texts("none"));
        assertEquals(Optional.of(List.of(0.5, 1.0, -2000.0)), fields.numbers("mean"));
        assertEquals(Optional.of(List.of(255.0)), fields.numbers("scale"));
        assertEquals(OptionalInt.of(5), fields.integer("k", 1, 10));
        assertEquals(OptionalDouble.of(5), fields.number("k", -Double.MAX_VALUE, Double.MAX_VALUE));
        assertEquals(Optional.of(true), fields.bool("on"));
        assertEquals("GPUXfile:2:34", fields.location("labels").toString());
        assertEquals("GPUXfile:2:25", fields.location("none").toString());
        fields.end();
        problems.throwIfAny();
    }

    @Test
    void reportsParameters() {
        var problems = new Problems();
        var fields = step("{labels: [[a]], mean: [1, x, .inf], texts: {a: b}, number: high, tpo: 1}", problems);
        fields.texts("labels");
        fields.numbers("mean");
        fields.texts("texts");
        fields.number("number", -Double.MAX_VALUE, Double.MAX_VALUE);
        fields.integer("top", 1, 5);
        fields.end();
        var e = assertThrows(GpuxfileException.class, problems::throwIfAny);
        assertEquals(List.of(
            "GPUXfile:2:35: tokenize.labels: expected a list of texts, found a list",
            "GPUXfile:2:51: tokenize.mean[1]: expected a number, found \"x\"",
            "GPUXfile:2:54: tokenize.mean[2]: expected a number, found the number .inf",
            "GPUXfile:2:68: tokenize.texts: expected a list of texts, found a map",
            "GPUXfile:2:84: tokenize.number: expected a number, found \"high\"",
            "GPUXfile:2:90: unknown key \"tpo\" in tokenize; did you mean \"top\"?"),
            e.problems().stream().map(Problem::toString).toList());
    }

    private static List<String> texts(Fields fields, String key) {
        return fields.texts(key).orElseThrow().stream().map(Value.Scalar::text).toList();
    }

    private static Fields step(String params, Problems problems) {
        var step = Gpuxfile.parse(Corpus.with("preprocess: [{tokenize: " + params + "}]"),
            Corpus.FILE, Map.of()).preprocess().getFirst();
        return new Fields(step.params(), step.name(), problems);
    }
}
