package dev.gpux.cli.pull;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.StoreNames;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.store.Digest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.store.remote.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux pull}: a model from the net into the store. */
public final class PullCommand implements Command {
    private static final String AS = "--as";
    private static final String VARIANT = "--variant";
    private static final String SHA256 = "--sha256";
    private static final String ATTEMPTS = "--attempts";
    private static final String STALL = "--stall";
    private static final int MOST_ATTEMPTS = 1000;
    private static final int MOST_SECONDS = 3600;

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("pull", "Fetch a model into the store, with what belongs to it.",
                "  gpux pull hf://sentence-transformers/all-MiniLM-L6-v2",
                "  gpux pull hf://owner/repository@v1.0 --variant quantized,fp16",
                "  gpux pull hf://owner/repository/onnx/model.onnx --as my-model:1",
                "  gpux pull https://example.org/model.onnx --sha256 …",
                "  gpux pull                       what the GPUXfile here names as its model",
                "",
                "HF_ENDPOINT is another hub, HF_TOKEN who asks; HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured. A "
                    + "pull that was cut goes on where it ended.")
            .addPositional(CommonOptions.words("SOURCE", "0..*",
                "https://…, hf://OWNER/REPOSITORY[@REVISION][/FILE], or a GPUXfile that names one of these."))
            .addOption(CommonOptions.option(String.class, "NAME[:TAG]",
                "What to call it; by default after the repository or file.", AS))
            .addOption(CommonOptions.option(String.class, "NAMES", "Which of several precisions a repository has, by "
                + "preference: full (the default), quantized, fp16, int8, q4, …", VARIANT))
            .addOption(CommonOptions.option(String.class, "DIGEST", "What the model's file must hash to.", SHA256))
            .addOption(CommonOptions.option(Integer.class, "N", "Failures in a row that are too many, 5 by default.",
                ATTEMPTS))
            .addOption(CommonOptions.option(Integer.class, "SECONDS", "Without a byte for so long, a connection is "
                + "given up and taken up again; 30 by default.", STALL));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        boolean quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
        var request = request(arguments);
        var puller = new Puller(Store.local(System.getenv()), System.getenv(), settings(arguments),
            new TransferProgress(terminal, quiet));
        var main = Thread.currentThread();
        Puller.Result result;
        try (var _ = Interruption.ending(main::interrupt)) {
            result = puller.pull(request);
        }
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeStringField("name", result.tagged().name().toString());
                json.writeStringField("digest", result.tagged().bundle().toString());
                json.writeStringField("source", result.source());
                json.writeNumberField("size", result.size());
                json.writeEndObject();
            });
            return ExitCode.OK;
        }
        terminal.out().println(result.tagged().name() + "  " + result.tagged().bundle().abbreviated());
        if (!quiet) {
            terminal.out().flush();
            terminal.err().println(terminal.dim("from " + result.source() + ", "
                + Quantity.bytes(result.size())));
            if (!result.others().isEmpty()) {
                terminal.err().println(terminal.dim("other variants: " + String.join(", ", result.others())));
            }
        }
        return ExitCode.OK;
    }

    private static Puller.Request request(ParseResult arguments) {
        var words = CommonOptions.words(arguments);
        if (words.size() > 1) {
            throw new UsageException("gpux pull takes one source");
        }
        var name = Optional.<String>ofNullable(arguments.matchedOptionValue(AS, null)).map(StoreNames::parse);
        var variants = Optional.<String>ofNullable(arguments.matchedOptionValue(VARIANT, null))
            .map(text -> List.of(text.split("[,\\s]+"))).orElse(List.of());
        var sha256 = Optional.<String>ofNullable(arguments.matchedOptionValue(SHA256, null)).map(text ->
            Digest.parse(text).orElseThrow(() -> new UsageException(SHA256 + " takes 64 hexadecimal digits")));
        var word = words.isEmpty() ? "" : words.getFirst();
        if (word.contains("://")) {
            try {
                return new Puller.Request(ModelSource.parse(word), variants, sha256, name);
            } catch (IllegalArgumentException e) {
                throw new UsageException(word + ": " + e.getMessage());
            }
        }
        return ofGpuxfile(word, variants, sha256, name);
    }

    private static Puller.Request ofGpuxfile(String word, List<String> variants, Optional<Digest> sha256,
                                             Optional<ModelName> name) {
        if (!word.isEmpty() && !Files.exists(Path.of(word))) {
            throw new UsageException("'" + word + "' is no source: expected https://…, hf://owner/repository, or a "
                + "GPUXfile that names one of these");
        }
        var gpuxfile = ModelArgument.read(word.isEmpty() ? Optional.empty() : Optional.of(word));
        return new Puller.Request(gpuxfile.model().source(), variants,
            sha256.or(() -> gpuxfile.model().sha256().flatMap(Digest::parse)), name);
    }

    private static Settings settings(ParseResult arguments) {
        int attempts = number(arguments, ATTEMPTS, Settings.STANDARD.attempts(), MOST_ATTEMPTS);
        int stall = number(arguments, STALL, (int) Settings.STANDARD.stall().toSeconds(), MOST_SECONDS);
        return Settings.STANDARD.withAttempts(attempts).withStall(Duration.ofSeconds(stall));
    }

    private static int number(ParseResult arguments, String option, int standard, int most) {
        int number = arguments.<Integer>matchedOptionValue(option, standard);
        if (number < 1 || number > most) {
            throw new UsageException(option + " takes a number from 1 to " + most + ", not " + number);
        }
        return number;
    }
}
