package dev.gpux.gpuxfile;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads {@code serve:}. */
final class ServeParser {
    private static final int MAX_BATCH = 65_536;
    private static final double DAY_MS = 86_400_000;

    private ServeParser() {
    }

    static ServeSpec parse(Fields fields) {
        var serve = new ServeSpec(
            fields.text("host"),
            fields.integer("port", 0, 65_535),
            RuntimeParser.autoOrNumber(fields, "workers"),
            fields.fields("batching").map(ServeParser::batching),
            duration(fields.number("timeout_ms", 1, DAY_MS)),
            fields.bytes("max_body"),
            fields.integer("queue", 1, 1_000_000));
        fields.end(Map.of("timeout", "timeout_ms", "batch_size", "batching: {max_size: …}", "address", "host"));
        return serve;
    }

    private static ServeSpec.Batching batching(Fields fields) {
        int maxSize = fields.require("max_size", "a whole number").integer("max_size", 1, MAX_BATCH).orElse(MAX_BATCH);
        var batching = new ServeSpec.Batching(
            maxSize,
            duration(fields.number("max_delay_ms", 0, DAY_MS)),
            fields.integers("preferred", 1, maxSize),
            fields.integers("buckets", 1, Integer.MAX_VALUE));
        fields.end(Map.of("max_batch_size", "max_size", "preferred_batch_size", "preferred"));
        return batching;
    }

    private static Optional<Duration> duration(OptionalDouble milliseconds) {
        return milliseconds.isPresent()
            ? Optional.of(Duration.ofNanos(Math.round(milliseconds.getAsDouble() * 1e6)))
            : Optional.empty();
    }
}
