package dev.gpux.cli.optimize;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.TextStream;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.OutputError;
import dev.gpux.optimize.proof.Proof;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a change did to a model.
 *
 * @param name the model's name
 * @param target where the new model goes
 * @param words what was done
 * @param before the old model
 * @param after the new one; empty in ORT format
 * @param proof how they compare
 * @param violations what does not hold
 */
record ChangeReport(String name, Path target, List<String> words, ModelSummary before, Optional<ModelSummary> after,
                    Proof proof, List<String> violations) {
    private static final int LABEL = 10;
    private static final int PERCENT = 100;

    static Optional<ModelSummary> summary(Path file) throws IOException {
        if (file.toString().endsWith(".ort")) {
            return Optional.empty();
        }
        try (var model = OnnxModel.open(file)) {
            return Optional.of(ModelSummary.of(model));
        }
    }

    void print(Terminal terminal) {
        line(terminal, "model", terminal.bold(name));
        words.forEach(word -> line(terminal, "", word));
        operators().ifPresent(text -> line(terminal, "nodes", text));
        long old = proof.before().bytes();
        long now = proof.after().bytes();
        line(terminal, "size", String.format(Locale.ROOT, "%s → %s (%.0f %%)", Quantity.bytes(old), Quantity.bytes(now),
            (double) PERCENT * now / old));
        line(terminal, "compared", "on " + proof.items() + " " + proof.origin().words() + (proof.origin()
            == Evidence.Origin.RANDOM ? ", for want of better: give real ones with -i, or tests in a GPUXfile" : ""));
        proof.outputs().forEach(output -> line(terminal, "", error(output)));
        if (proof.goldenTests() > 0) {
            line(terminal, "golden", proof.goldenTests() - proof.goldenFailures().size() + " of " + proof.goldenTests()
                + " tests as before");
        }
        line(terminal, "latency", String.format(Locale.ROOT, "%s → %s (%.2f × as fast), median of %d runs, batch 1",
            millis(proof.before()), millis(proof.after()), proof.speedUp(), proof.after().runs()));
        violations.forEach(violation -> line(terminal, "fails", terminal.red(violation)));
        terminal.out().println(violations.isEmpty() ? "wrote " + target : "wrote nothing: the new model does not hold");
    }

    private static String millis(Proof.Side side) {
        return String.format(Locale.ROOT, "%.3f ms", side.medianMillis());
    }

    private static String error(OutputError error) {
        return error.name() + String.format(Locale.ROOT, ": cosine at least %.6f, mean %.6f; error at most %.4g, mean "
            + "%.4g", error.cosine(), error.meanCosine(), error.largest(), error.mean())
            + (error.agreement().isPresent() ? String.format(Locale.ROOT, "; same argmax in %.1f %%",
                PERCENT * error.agreement().getAsDouble()) : "");
    }

    private static void line(Terminal terminal, String label, String text) {
        terminal.out().println(terminal.dim(label + " ".repeat(LABEL - label.length())) + TextStream.oneLine(text));
    }

    private Map<String, long[]> counts() {
        var counts = new TreeMap<String, long[]>();
        before.operators().forEach(operator -> counts.computeIfAbsent(operator(operator), _ -> new long[2])[0] +=
            operator.count());
        after.ifPresent(summary -> summary.operators().forEach(operator ->
            counts.computeIfAbsent(operator(operator), _ -> new long[2])[1] += operator.count()));
        counts.values().removeIf(count -> count[0] == count[1]);
        return counts;
    }

    private static String operator(ModelSummary.OperatorCount operator) {
        return operator.domain().isEmpty() ? operator.opType() : operator.domain() + "." + operator.opType();
    }

    private Optional<String> operators() {
        return after.map(summary -> before.nodes() + " → " + summary.nodes() + counts().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue()[0] + " → " + entry.getValue()[1])
            .collect(Collectors.joining(", ", ": ", "")));
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", name);
        json.writeStringField("output", target.toString());
        json.writeBooleanField("written", violations.isEmpty());
        strings(json, "done", words);
        if (after.isPresent()) {
            json.writeObjectFieldStart("nodes");
            pair(json, before.nodes(), after.get().nodes());
            json.writeObjectFieldStart("by_operator");
            for (var count : counts().entrySet()) {
                json.writeObjectFieldStart(count.getKey());
                pair(json, count.getValue()[0], count.getValue()[1]);
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeObjectFieldStart("bytes");
        pair(json, proof.before().bytes(), proof.after().bytes());
        json.writeEndObject();
        proof(json);
        strings(json, "violations", violations);
        json.writeEndObject();
    }

    private void proof(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("compared");
        json.writeStringField("on", proof.origin().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("items", proof.items());
        json.writeObjectFieldStart("outputs");
        for (var output : proof.outputs()) {
            json.writeObjectFieldStart(output.name());
            json.writeNumberField("min_cosine", output.cosine());
            json.writeNumberField("mean_cosine", output.meanCosine());
            if (Double.isFinite(output.largest())) {
                json.writeNumberField("max_error", output.largest());
            }
            json.writeNumberField("mean_error", output.mean());
            if (output.agreement().isPresent()) {
                json.writeNumberField("argmax_agreement", output.agreement().getAsDouble());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeNumberField("golden_tests", proof.goldenTests());
        strings(json, "golden_failures", proof.goldenFailures());
        json.writeEndObject();
        json.writeObjectFieldStart("latency_ms");
        json.writeNumberField("before", proof.before().medianMillis());
        json.writeNumberField("after", proof.after().medianMillis());
        json.writeNumberField("runs", proof.after().runs());
        json.writeEndObject();
    }

    private static void pair(JsonGenerator json, long before, long after) throws IOException {
        json.writeNumberField("before", before);
        json.writeNumberField("after", after);
    }

    private static void strings(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (var text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
