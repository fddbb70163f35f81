package dev.gpux.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.provider.Build;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The setting that {@code gpux tune} found best: the part {@code tuned} of {@code gpux.lock}, beside the GPUXfile. It
 * holds for the machine and the model that it was measured on, and where neither the GPUXfile nor who opens the model
 * says anything else.
 *
 * @param machine what it was measured on
 * @param model the model's file
 * @param variant the model with other numbers that is to run in its place, if that was chosen
 * @param provider the execution provider's name
 * @param options the provider's options, over the GPUXfile's
 * @param threads threads inside one operator
 * @param level how far ORT rewrites the graph
 * @param spin whether idle threads burn CPU
 * @param batch inputs in one run
 * @param millis the median time for one input, in milliseconds
 * @param defaultMillis the same with the default setting
 */
public record Tuning(String machine, String model, Optional<Variant> variant, String provider,
                     Map<String, String> options, int threads, GraphOptimization level, boolean spin, int batch,
                     double millis, double defaultMillis) {
    /** Keeps an immutable copy in the order of the keys. */
    public Tuning {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /** With the provider's options as they are. */
    public Tuning(String machine, String model, Optional<Variant> variant, String provider, int threads,
                  GraphOptimization level, boolean spin, int batch, double millis, double defaultMillis) {
        this(machine, model, variant, provider, Map.of(), threads, level, spin, batch, millis, defaultMillis);
    }

    /**
     * A model that {@code gpux tune} made of the one in the GPUXfile.
     *
     * @param precision its numbers: {@code int8}
     * @param file its name, in the folder of the lock file
     * @param stamp what tells it from other files: {@link #stamp}
     */
    public record Variant(String precision, String file, String stamp) { }

    /** The file's name. */
    public static final String FILE_NAME = "gpux.lock";

    private static final String SECTION = "tuned";
    private static final int MOST_BYTES = 4 << 20;
    private static final int MOST_THREADS = 4096;

    /** Made when there is a file to read or write, which is seldom. */
    private static final class Factory {
        private static final JsonFactory FACTORY = new JsonFactory();
    }

    /** This machine, as far as it matters for speed. */
    public static String thisMachine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
            + Runtime.getRuntime().availableProcessors() + " processors" + processor();
    }

    /** Linux says it in a file. */
    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                .map(line -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")").orElse("");
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }

    /** What tells a model's file from others without reading it: the digest that the GPUXfile asks for,
        or size and date. */
    public static String thisModel(Gpuxfile gpuxfile, Path file) {
        return gpuxfile.model().sha256().orElseGet(() -> stamp(file));
    }

    /** Size and date of a file; empty if there is none. */
    public static String stamp(Path file) {
        try {
            return Files.size(file) + " bytes of " + Files.getLastModifiedTime(file).toInstant();
        } catch (IOException e) {
            return "";
        }
    }

    /** What is in a folder's lock file; empty if it cannot be read or holds nothing of the kind. */
    public static Optional<Tuning> read(Path folder) {
        var file = folder.resolve(FILE_NAME);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            var text = Files.readString(file);
            // Every start comes by here: most locks are read no further.
            return text.contains('"' + SECTION + '"') ? section(text).flatMap(Tuning::parse) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Map<String, String>> section(String text) throws IOException {
        try (var json = Factory.FACTORY.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals(SECTION);
                if (json.nextToken() == JsonToken.START_OBJECT && wanted) {
                    return Optional.of(values(json));
                }
                json.skipChildren();
            }
            return Optional.empty();
        }
    }

    private static Map<String, String> values(JsonParser json) throws IOException {
        var values = new HashMap<String, String>();
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

    private static Optional<Tuning> parse(Map<String, String> values) {
        try {
            int threads = Integer.parseInt(values.getOrDefault("threads", ""));
            var level = Arrays.stream(GraphOptimization.values()).filter(each ->
                each.name().equalsIgnoreCase(values.getOrDefault("level", ""))).findFirst();
            if (level.isEmpty() || threads < 1 || threads > MOST_THREADS || !values.containsKey("provider")) {
                return Optional.empty();
            }
            return Optional.of(new Tuning(values.getOrDefault("machine", ""), values.getOrDefault("model", ""),
                variant(values), values.get("provider"), options(values.getOrDefault("options", "")), threads,
                level.get(), "true".equals(values.get("spin")), Integer.parseInt(values.getOrDefault("batch", "1")),
                Double.parseDouble(values.getOrDefault("ms", "0")),
                Double.parseDouble(values.getOrDefault("default_ms", "0"))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** {@code KEY=VALUE KEY=VALUE}. */
    private static Map<String, String> options(String text) {
        var options = new TreeMap<String, String>();
        for (var entry : text.split(" ")) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                options.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return options;
    }

    private static String text(Map<String, String> options) {
        return options.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    }

    /** A provider's options in words behind its name: {@code  with enable_cuda_graph=1}; nothing if there are none. */
    public static String words(Map<String, String> options) {
        return options.isEmpty() ? "" : " with " + text(options);
    }

    private static Optional<Variant> variant(Map<String, String> values) {
        return Optional.ofNullable(values.get("file")).map(file ->
            new Variant(values.getOrDefault("precision", ""), file, values.getOrDefault("stamp", "")));
    }

    /**
     * Puts this into a folder's lock file; all else that is there stays.
     *
     * @throws IOException if it cannot be written, or what is there is no JSON object
     */
    public void write(Path folder) throws IOException {
        var file = folder.resolve(FILE_NAME);
        var text = new StringWriter();
        try (var json = Factory.FACTORY.createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            if (Files.exists(file)) {
                copy(Files.readString(file), json, false);
            } else {
                json.writeNumberField("lock", 1);
            }
            json.writeObjectFieldStart(SECTION);
            write(json);
            json.writeEndObject();
            json.writeEndObject();
            json.writeRaw('\n');
        }
        var part = folder.resolve("." + FILE_NAME + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.writeString(part, text.toString());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Writes the part {@code tuned} of a folder's lock file, where there is one, as a field of the object at hand: for
     * who writes that file anew.
     */
    public static void keep(Path folder, JsonGenerator json) throws IOException {
        if (read(folder).isPresent()) {
            copy(Files.readString(folder.resolve(FILE_NAME)), json, true);
        }
    }

    /** Copies the fields of an object: the part {@code tuned} alone, or all but it. */
    private static void copy(String text, JsonGenerator to, boolean tuned) throws IOException {
        try (var json = Factory.FACTORY.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(FILE_NAME + " holds no JSON object; remove it");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean copied = json.currentName().equals(SECTION) == tuned;
                var name = json.currentName();
                json.nextToken();
                if (copied) {
                    to.writeFieldName(name);
                    to.copyCurrentStructure(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStringField("machine", machine);
        json.writeStringField("model", model);
        if (variant.isPresent()) {
            json.writeStringField("precision", variant.get().precision());
            json.writeStringField("file", variant.get().file());
            json.writeStringField("stamp", variant.get().stamp());
        }
        json.writeStringField("provider", provider);
        if (!options.isEmpty()) {
            json.writeStringField("options", text(options));
        }
        json.writeNumberField("threads", threads);
        json.writeStringField("level", level.name().toLowerCase(Locale.ROOT));
        json.writeBooleanField("spin", spin);
        json.writeNumberField("batch", batch);
        json.writeNumberField("ms", millis);
        json.writeNumberField("default_ms", defaultMillis);
    }

    /** {@code options} with this setting. */
    public OpenOptions apply(OpenOptions options) {
        var tuned = options.withIntraThreads(threads).withLevel(level).withSession(Map.of(
            "session.intra_op.allow_spinning", spin ? "1" : "0"));
        if (!this.options.isEmpty()) {
            tuned = tuned.withProviderOptions(provider, this.options);
        }
        if (!provider.equals("cpu")) {
            return tuned.withProviders(List.of(provider, "cpu"));
        }
        // Where there is nothing else, nobody has to ask for it, which would cost the start.
        return Build.current().isCpuOnly() ? tuned : tuned.withProviders(List.of(provider));
    }

    /** {@code 2 threads, graph level all, no spinning}. */
    public String setting() {
        return variant.map(made -> made.precision() + " (" + made.file() + ") on ").orElse("")
            + provider + words(options) + ", " + threads + (threads == 1 ? " thread" : " threads") + ", graph level "
            + level.name().toLowerCase(Locale.ROOT) + (spin ? ", spinning" : ", no spinning");
    }
}
