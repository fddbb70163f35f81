package dev.gpux.cli.tune;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.common.Terminal;
import dev.gpux.optimize.proof.Proof;
import dev.gpux.optimize.tune.Interval;
import dev.gpux.optimize.tune.Measured;
import dev.gpux.optimize.tune.Precision;
import dev.gpux.optimize.tune.Setting;
import dev.gpux.optimize.tune.Tuner;
import dev.gpux.optimize.tune.Tuner.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What tuning found.
 *
 * @param result what was measured and chosen
 * @param proofs how models with other numbers compare with the original
 * @param failures what could not be measured, and why
 * @param written the files that were written, as people call them
 */
record TuneReport(Tuner.Result result, Map<Precision, Proof> proofs, Map<String, String> failures,
                  List<String> written) {
    private static final int LEAST_WIDTH = 48;

    void print(Terminal terminal, boolean quiet) {
        var out = terminal.out();
        if (!quiet) {
            int width = result.all().stream().mapToInt(one -> one.setting().toString().length()).max().orElse(0);
            var form = "%-" + Math.max(LEAST_WIDTH, width) + "s %12s   %s";
            out.println(terminal.bold(String.format(Locale.ROOT, form, "setting", "ms an input", "95 % confidence")));
            result.all().forEach(one -> out.println(row(form, one)));
            failures.forEach((setting, reason) -> out.println(setting + ": " + reason));
            proofs.forEach((precision, proof) -> proof.outputs().forEach(output ->
                out.println(String.format(Locale.ROOT, "%s: %s has a cosine of at least %.6f on %d %s",
                    precision.word(), output.name(), output.cosine(), proof.items(), proof.origin().words()))));
        }
        out.println(verdict());
        if (!result.equals().isEmpty()) {
            out.println("as fast within the noise: " + result.equals().stream().map(Setting::toString)
                .collect(Collectors.joining("; ")));
        }
        written.forEach(file -> out.println("wrote " + file));
    }

    private String verdict() {
        var chosen = result.chosen();
        return switch (result.verdict()) {
            case NOISE -> (result.all().size() == 1 ? "nothing but the default was measured; give it a longer --budget"
                : "the default is best: what differs is noise") + " (" + chosen.setting() + ": " + millis(chosen)
                + ")";
            case FASTER -> "best: " + chosen.setting() + ": " + millis(chosen) + ", " + speedUp();
            case KEPT -> "kept: " + chosen.setting() + ": " + millis(chosen) + ", " + speedUp()
                + "; nothing is faster by more than the noise";
        };
    }

    private String speedUp() {
        var speedUp = result.speedUp();
        return String.format(Locale.ROOT, "%.2f × as fast as the default, by turns (%.2f to %.2f; %s)",
            speedUp.middle(), speedUp.low(), speedUp.high(), millis(result.standard()));
    }

    private static String row(String form, Measured one) {
        return String.format(Locale.ROOT, form, one.setting(), String.format(Locale.ROOT, "%.3f", one.millis()),
            range(one.time()) + (one.finalist() ? ", by turns" : ""));
    }

    private static String range(Interval time) {
        return Double.isInfinite(time.high()) ? "too few to say" : String.format(Locale.ROOT, "%.3f to %.3f",
            time.low(), time.high());
    }

    private static String millis(Measured measured) {
        return String.format(Locale.ROOT, "%.3f ms", measured.millis());
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("chosen", result.chosen().setting().toString());
        json.writeStringField("verdict", result.verdict().name().toLowerCase(Locale.ROOT));
        json.writeBooleanField("noise", result.verdict() == Verdict.NOISE);
        json.writeNumberField("ms", result.chosen().millis());
        json.writeNumberField("default_ms", result.standard().millis());
        json.writeObjectFieldStart("speed_up");
        interval(json, result.speedUp());
        json.writeEndObject();
        json.writeArrayFieldStart("as_fast");
        for (var one : result.equals()) {
            json.writeString(one.toString());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("settings");
        for (var one : result.all()) {
            json.writeStartObject();
            json.writeStringField("setting", one.setting().toString());
            interval(json, one.time());
            json.writeNumberField("runs", one.runs());
            json.writeBooleanField("finalist", one.finalist());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("failures");
        for (var failure : failures.entrySet()) {
            json.writeStringField(failure.getKey(), failure.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("written");
        for (var file : written) {
            json.writeString(file);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** A bound that nothing is known of is left out. */
    private static void interval(JsonGenerator json, Interval interval) throws IOException {
        json.writeNumberField("median", interval.middle());
        if (!Double.isInfinite(interval.high())) {
            json.writeNumberField("low", interval.low());
            json.writeNumberField("high", interval.high());
        }
    }
}
