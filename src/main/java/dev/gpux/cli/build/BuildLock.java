package dev.gpux.cli.build;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.gpux.engine.Tuning;
import dev.gpux.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code gpux.lock}: what a build was made of, with what, and how fast it ran; JSON, beside the GPUXfile.
 *
 * @param name the model's name
 * @param bundle the digest of what went into the store
 * @param gpuxfile the digest of the GPUXfile's text
 * @param files what else went in
 * @param gpux the version of GPUX
 * @param onnxruntime the version of ONNX Runtime
 * @param options the options of the build that decide where the model runs
 * @param provider the execution provider that ran it
 * @param device what it ran on
 * @param tests how many golden tests passed
 * @param latency how long a run took, if there was something to run
 */
record BuildLock(String name, Digest bundle, Digest gpuxfile, List<LockedFile> files, String gpux, String onnxruntime,
                 String options, String provider, String device, int tests, Optional<Latency> latency) {
    static final String FILE_NAME = "gpux.lock";

    private static final int VERSION = 1;
    private static final int MOST_BYTES = 4 << 20;
    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * A file of the bundle, or, of an optimised model, the one that it was made of.
     *
     * @param path where it is in the bundle
     * @param source where it was; relative paths count from the GPUXfile's folder
     * @param size its length in bytes
     * @param digest its content
     */
    record LockedFile(String path, String source, long size, Digest digest) { }

    /** Keeps an immutable copy. */
    BuildLock {
        files = List.copyOf(files);
    }

    /** The lock in a folder; empty if there is none that can be read: then a build has to be made. */
    static Optional<BuildLock> read(Path folder) {
        var file = folder.resolve(FILE_NAME);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            try (var json = FACTORY.createParser(Files.readString(file))) {
                return new Reader().read(json);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Writes the lock into a folder; it appears when it is whole. */
    void write(Path folder) throws IOException {
        var part = folder.resolve("." + FILE_NAME + "." + ProcessHandle.current().pid() + ".part");
        try {
            try (var json = FACTORY.createGenerator(Files.newBufferedWriter(part, StandardCharsets.UTF_8))) {
                json.setPrettyPrinter(new DefaultPrettyPrinter());
                json.writeStartObject();
                fields(json);
                Tuning.keep(folder, json);
                json.writeEndObject();
                json.writeRaw('\n');
            }
            Files.move(part, folder.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        fields(json);
        json.writeEndObject();
    }

    private void fields(JsonGenerator json) throws IOException {
        json.writeNumberField("lock", VERSION);
        json.writeStringField("name", name);
        json.writeStringField("bundle", bundle.toString());
        json.writeStringField("gpuxfile", gpuxfile.toString());
        json.writeArrayFieldStart("files");
        for (var file : files) {
            json.writeStartObject();
            json.writeStringField("path", file.path());
            json.writeStringField("source", file.source());
            json.writeNumberField("size", file.size());
            json.writeStringField("digest", file.digest().toString());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("gpux", gpux);
        json.writeStringField("onnxruntime", onnxruntime);
        json.writeStringField("options", options);
        json.writeStringField("provider", provider);
        json.writeStringField("device", device);
        json.writeNumberField("tests", tests);
        if (latency.isPresent()) {
            json.writeObjectFieldStart("latency_ms");
            json.writeNumberField("median", latency.get().medianMillis());
            json.writeNumberField("runs", latency.get().runs());
            json.writeEndObject();
        }
    }

    /** Reads what {@link #write(JsonGenerator)} writes; keys that it does not know are of a newer GPUX. */
    private static final class Reader {
        private final List<LockedFile> files = new ArrayList<>();
        private final Map<String, String> texts = new HashMap<>();
        private double median;
        private int runs;

        Optional<BuildLock> read(JsonParser json) throws IOException {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var key = json.currentName();
                switch (json.nextToken()) {
                    case START_ARRAY -> files(json, key);
                    case START_OBJECT -> latency(json, key);
                    default -> texts.put(key, json.getText());
                }
            }
            var bundle = digest("bundle");
            var gpuxfile = digest("gpuxfile");
            if (bundle.isEmpty() || gpuxfile.isEmpty() || !String.valueOf(VERSION).equals(texts.get("lock"))) {
                return Optional.empty();
            }
            return Optional.of(new BuildLock(text("name"), bundle.get(), gpuxfile.get(), files, text("gpux"),
                text("onnxruntime"), text("options"), text("provider"), text("device"), tests(),
                runs > 0 ? Optional.of(new Latency(median, runs)) : Optional.empty()));
        }

        private String text(String key) {
            return texts.getOrDefault(key, "");
        }

        private Optional<Digest> digest(String key) {
            return Digest.parse(text(key));
        }

        private int tests() {
            return text("tests").matches("\\d{1,6}") ? Integer.parseInt(text("tests")) : 0;
        }

        private void files(JsonParser json, String key) throws IOException {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                var values = object(json);
                var digest = Digest.parse(values.getOrDefault("digest", ""));
                if (key.equals("files") && digest.isPresent() && values.containsKey("source")) {
                    files.add(new LockedFile(values.getOrDefault("path", ""), values.get("source"),
                        values.getOrDefault("size", "").matches("\\d{1,18}") ? Long.parseLong(values.get("size")) : -1,
                        digest.get()));
                }
            }
        }

        private void latency(JsonParser json, String key) throws IOException {
            var values = object(json);
            if (key.equals("latency_ms") && values.getOrDefault("runs", "").matches("\\d{1,6}")
                && values.getOrDefault("median", "").matches("[0-9.eE+-]{1,30}")) {
                try {
                    median = Double.parseDouble(values.get("median"));
                    runs = Integer.parseInt(values.get("runs"));
                } catch (NumberFormatException e) {
                    runs = 0;
                }
            }
        }

        /** The plain values of the object that the parser is at; what is no object has none. */
        private static Map<String, String> object(JsonParser json) throws IOException {
            var values = new HashMap<String, String>();
            if (json.currentToken() != JsonToken.START_OBJECT) {
                json.skipChildren();
                return values;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var name = json.currentName();
                if (json.nextToken().isScalarValue()) {
                    values.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            return values;
        }
    }
}
