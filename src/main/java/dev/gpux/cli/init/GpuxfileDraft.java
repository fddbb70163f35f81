package dev.gpux.cli.init;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.onnx.Dim;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes a GPUXfile with comments for a model that has none: {@code gpux init}, and what {@code gpux pull} brings. */
public final class GpuxfileDraft {
    private static final String IDS = "input_ids";
    private static final List<String> WORDS = List.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private final ModelSummary model;
    private final Companions companions;

    public GpuxfileDraft(ModelSummary model, Companions companions) {
        this.model = model;
        this.companions = companions;
    }

    /**
     * The text; it is one that {@link Gpuxfile#parse} reads.
     *
     * @param name what the model shall be called
     * @param source where the model's file is, from the GPUXfile
     * @param sha256 the digest of the model's file, for those who want to pin it
     * @param origin where the model came from
     */
    public String text(String name, String source, Optional<String> sha256, Optional<String> origin) {
        var text = new StringBuilder();
        text.append("# What this model is and how to run it: gpux run, gpux build, gpux serve.\n");
        origin.ifPresent(from -> text.append("# From ").append(printable(from)).append('\n'));
        text.append("\nname: ").append(name).append("\n\n");
        text.append("model:\n  source: ").append(quoted(source)).append('\n');
        sha256.ifPresent(digest -> text.append("  # Refuse any other file: remove the # in front.\n  # sha256: ")
            .append(digest).append('\n'));
        text.append("\n# The model takes\n");
        model.inputs().forEach(input -> text.append("#   ").append(shown(input)).append('\n'));
        text.append("# and gives\n");
        model.outputs().forEach(output -> text.append("#   ").append(shown(output)).append('\n'));
        text.append('\n');
        if (takes(IDS)) {
            ofText(text);
        } else {
            inputs(text, model.inputs());
        }
        text.append("""

            # Where it runs: auto is the best of this machine; require: gpu would refuse to fall back to the CPU.
            runtime:
              providers: auto

            # Inputs and the answers they must give; gpux build and gpux verify check them.
            # tests:
            #   - {input: {…}, expect: {…: [0.1, 0.2, ...]}, tolerance: 0.001}
            """);
        return text.toString();
    }

    private boolean takes(String input) {
        return model.inputs().stream().anyMatch(info -> info.name().equals(input));
    }

    private void ofText(StringBuilder text) {
        var tokenizer = companions.tokenizer();
        switch (tokenizer) {
            case Companions.Usable(var path) -> {
                text.append("# What a person gives; the step below makes token ids of it.\ninputs:\n"
                    + "  text: {type: text}\n\npreprocess:\n  - tokenize: {input: text, tokenizer: ").append(quoted(path));
                companions.maxLength().ifPresent(length -> text.append(", max_length: ").append(length));
                text.append("}\n");
                pool(text);
                others(text);
            }
            case Companions.Unusable(var path, var why) -> {
                text.append("# There is a tokenizer, ").append(printable(path)).append(", which gpux cannot use: ")
                    .append(printable(why)).append(".\n# So the model takes token ids as they are.\n");
                inputs(text, model.inputs());
            }
            case Companions.Missing _ -> {
                text.append("# The model takes token ids. With its tokenizer.json beside it, text will do:\n"
                    + "# preprocess:\n#   - tokenize: {input: text, tokenizer: tokenizer.json}\n");
                inputs(text, model.inputs());
            }
        }
    }

    /** One vector for each token wants to become one for the text. */
    private void pool(StringBuilder text) {
        var tokens = model.outputs().stream().filter(GpuxfileDraft::isVectorPerToken).findFirst();
        if (tokens.isEmpty()) {
            return;
        }
        var pooling = companions.pooling();
        var step = "  - pool: {output: " + quoted(tokens.get().name()) + ", as: embedding, mode: "
            + pooling.map(Companions.Pooling::mode).orElse("mean")
            + (pooling.map(Companions.Pooling::normalize).orElse(true) ? ", normalize: l2" : "") + "}\n";
        text.append(pooling.isPresent()
            ? "\n# From one vector for each token to one for the text, as the model's authors do it.\npostprocess:\n" + step
            : "\n# For an embedding of the whole text, from one vector for each token to one, remove the # in front.\n"
                + "# postprocess:\n#" + step.substring(1));
    }

    private static boolean isVectorPerToken(ValueInfo output) {
        return output.name().equals("last_hidden_state") || output.name().equals("token_embeddings")
            || output.type() instanceof TensorType type && type.shape().filter(dims -> dims.size() == 3
                && dims.getLast() instanceof Dim.Fixed).isPresent() && !output.name().equals("logits");
    }

    private void others(StringBuilder text) {
        var made = List.of(IDS, "attention_mask", "token_type_ids");
        var left = model.inputs().stream().map(ValueInfo::name).filter(name -> !made.contains(name)).toList();
        if (!left.isEmpty()) {
            text.append("\n# No step makes ").append(printable(String.join(", ", left)))
                .append(": give them with -i.\n");
        }
    }

    private static void inputs(StringBuilder text, List<ValueInfo> inputs) {
        var tensors = new ArrayList<String>();
        for (var input : inputs) {
            if (input.type() instanceof TensorType type && type.type().map(OnnxDataType::label)
                .filter(InputSpec.DTYPES::contains).isPresent()) {
                tensors.add("  " + key(input.name()) + ": {type: tensor, dtype: " + type.type().get().label()
                    + type.shape().map(dims -> ", shape: " + dims.stream().map(GpuxfileDraft::dimension)
                        .collect(Collectors.joining(", ", "[", "]"))).orElse("") + "}\n");
            }
        }
        if (!tensors.isEmpty()) {
            text.append("# What a person gives: -i NAME=VALUE, as JSON or @FILE. A description: helps those who do not "
                + "know the model.\ninputs:\n");
            tensors.forEach(text::append);
        }
    }

    private static String dimension(Dim dim) {
        return switch (dim) {
            case Dim.Fixed(long size, var _) when size >= 0 -> String.valueOf(size);
            case Dim.Symbolic(var name, var _) when !name.isBlank() -> isPlain(name) ? name : quoted(name);
            default -> "-1";
        };
    }

    private static String shown(ValueInfo info) {
        return printable(info.toString());
    }

    private static String key(String name) {
        return isPlain(name) ? name : quotedAsKey(name);
    }

    /** What YAML reads as text without quotes, in any of its versions. */
    private static boolean isPlain(String text) {
        boolean plain = !text.isEmpty() && Character.isLetter(text.charAt(0));
        for (int i = 0; plain && i < text.length(); i++) {
            char c = text.charAt(i);
            plain = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' && i + 1 < text.length() || c == '/');
        }
        return plain && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    }

    /** A value: a dollar sign would begin a variable. */
    private static String quoted(String text) {
        return isPlain(text) || isPlain(text.replace('-', '_')) ? text : quotedAsKey(text.replace("$", "$$"));
    }

    private static String quotedAsKey(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (Character.isISOControl(c) || Character.isSurrogate(c) || c >= '\u2028' && c <= '\u2029'
                || c >= '\uFDD0') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** For a comment, which ends with its line. */
    private static String printable(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(300).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) || c == 0x2028
            || c == 0x2029 || c >= 0xFDD0 || Character.getType(c) == Character.FORMAT
            || Character.getType(c) == Character.SURROGATE ? '?' : c));
        return shown.toString();
    }
}
