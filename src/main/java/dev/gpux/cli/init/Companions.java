package dev.gpux.cli.init;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.pipeline.text.Tokenizer;
import dev.gpux.pipeline.text.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The files that model hubs keep beside a model, and what they say of it. Each may be missing or hold anything; then it
 * says nothing.
 */
public final class Companions {
    /** Their names, in the order in which they are of use. */
    public static final List<String> NAMES = List.of("tokenizer.json", "config.json", "tokenizer_config.json",
        "sentence_bert_config.json", "modules.json", "1_Pooling/config.json", "preprocessor_config.json");

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_TOKENS = 1 << 20;
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, Companion> files = new LinkedHashMap<>();

    /** A file: how the GPUXfile names it, and where it is now. */
    private record Companion(String path, Path file) { }

    /** What there is of a tokenizer. */
    sealed interface TokenizerFile { }

    /** One that works. */
    record Usable(String path) implements TokenizerFile { }

    /** One that does not. */
    record Unusable(String path, String why) implements TokenizerFile { }

    /** None. */
    record Missing() implements TokenizerFile { }

    /** How the model's authors make one vector of many. */
    record Pooling(String mode, boolean normalize) { }

    /** Adds a file, unless there is one of that name already. */
    public void add(String name, String path, Path file) {
        files.putIfAbsent(name, new Companion(path, file));
    }

    TokenizerFile tokenizer() {
        var tokenizer = files.get("tokenizer.json");
        if (tokenizer == null) {
            return new Missing();
        }
        try {
            Tokenizer.load(tokenizer.file());
            return new Usable(tokenizer.path());
        } catch (TokenizerException e) {
            return new Unusable(tokenizer.path(), e.getMessage().replace(tokenizer.file().toString(), tokenizer.path()));
        }
    }

    /** How many tokens the model takes. */
    OptionalInt maxLength() {
        return number("sentence_bert_config.json", "max_seq_length")
            .or(() -> number("tokenizer_config.json", "model_max_length"))
            .or(() -> number("config.json", "max_position_embeddings"))
            .map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private Optional<Integer> number(String name, String key) {
        // Some tokenizers give 10^30 for "no limit".
        return Optional.ofNullable(scalars(name).get(key)).filter(text -> text.length() < 8 && !text.isEmpty()
            && text.chars().allMatch(c -> c >= '0' && c <= '9')).map(Integer::valueOf)
            .filter(tokens -> tokens > 0 && tokens <= MOST_TOKENS);
    }

    /** As sentence-transformers writes it; empty if there is nothing of it. */
    Optional<Pooling> pooling() {
        var config = scalars("1_Pooling/config.json");
        boolean normalize = text("modules.json").contains("models.Normalize");
        for (var mode : List.of("cls_token:cls", "mean_tokens:mean", "max_tokens:max")) {
            int colon = mode.indexOf(':');
            if ("true".equals(config.get("pooling_mode_" + mode.substring(0, colon)))) {
                return Optional.of(new Pooling(mode.substring(colon + 1), normalize));
            }
        }
        return Optional.empty();
    }

    private String text(String name) {
        var companion = files.get(name);
        try {
            return companion == null || Files.size(companion.file()) > MOST_BYTES ? ""
                : Files.readString(companion.file());
        } catch (IOException e) {
            return "";
        }
    }

    /** The plain values at the top of a JSON object. */
    private Map<String, String> scalars(String name) {
        var scalars = new LinkedHashMap<String, String>();
        try (var json = FACTORY.createParser(text(name))) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    var key = json.currentName();
                    if (json.nextToken().isScalarValue()) {
                        scalars.put(key, json.getText());
                    } else {
                        json.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            // What could be read counts.
        }
        return scalars;
    }
}
