package dev.gpux.cli.serve;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.server.Server;
import dev.gpux.server.model.ServedModel;
import dev.gpux.server.model.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux serve}: models over HTTP. */
public final class ServeCommand implements Command {
    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("serve", "Serve models over HTTP: the Open Inference Protocol, /predict for "
                + "people, a page to try them.",
            "  gpux serve                                  the GPUXfile here, on 127.0.0.1:8080",
            "  gpux serve sentiment digits --port 9000     several models, from folders or the store",
            "  gpux serve --model-dir /mnt/models          what somebody else has put there",
            "  gpux serve --host 0.0.0.0 --token-file /run/secrets/token",
            "  curl localhost:8080/predict --json '{\"text\": \"hello world\"}'");
        spec.addPositional(PositionalParamSpec.builder().index("0..*").arity("0..*").paramLabel("MODEL")
            .type(List.class).auxiliaryTypes(String.class).description("GPUXfiles, folders with one, .onnx or .ort "
                + "files, or names in the store; by default the GPUXfile here.").build());
        ServeArguments.addTo(spec);
        ProviderArguments.addTo(spec);
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var sources = sources(arguments);
        // Read twice, now and when it is loaded: a wrong GPUXfile must not cost the start of ORT.
        var first = sources.getFirst().gpuxfile().get();
        var options = ServeArguments.options(arguments, terminal, first.serve());
        var library = first.runtime().library().map(first::resolve);
        if (sources.size() == 1) {
            OrtLibrary.start(arguments, library, terminal);
        } else {
            // Every session with a pool of its own would be as many threads for each model as there are processors.
            OrtLibrary.startShared(arguments, library, terminal, ServeArguments.threads(arguments));
        }
        var ending = new CountDownLatch(1);
        try (var server = Server.start(options, error -> report(terminal, error));
             var _ = Interruption.ending(() -> end(arguments, terminal, server, ending))) {
            load(terminal, server, sources);
            announce(arguments, terminal, server);
            ending.await();
            return ExitCode.OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    private static List<Source> sources(ParseResult arguments) throws IOException {
        var words = CommonOptions.words(arguments);
        var folder = Optional.ofNullable(arguments.<Path>matchedOptionValue(ServeArguments.MODEL_DIR, null));
        if (folder.isPresent() && !words.isEmpty()) {
            throw new UsageException("models are named by " + ServeArguments.MODEL_DIR + " or one by one, not both");
        }
        var sources = folder.isPresent() ? ModelFolder.of(folder.get()) : named(words);
        var name = Optional.ofNullable(arguments.<String>matchedOptionValue(ServeArguments.MODEL_NAME, null));
        return name.isPresent() ? ModelFolder.renamed(sources, name.get()) : sources;
    }

    private static List<Source> named(List<String> words) {
        if (words.isEmpty()) {
            return List.of(new Source("the GPUXfile here", () -> ModelArgument.read(Optional.empty())));
        }
        return words.stream().map(word -> new Source(word, () -> ModelArgument.read(Optional.of(word)))).toList();
    }

    /** One model that cannot be had ends the command; among several it is a model that is not ready. */
    private static void load(Terminal terminal, Server server, List<Source> sources) {
        for (var source : sources) {
            try {
                server.load(source);
            } catch (RuntimeException e) {
                if (sources.size() == 1) {
                    throw e;
                }
                terminal.err().println(terminal.red("gpux: ") + source.label() + " is not served: " + e.getMessage());
            }
        }
        if (server.repository().list().stream().noneMatch(listed -> listed.served().isPresent())) {
            throw new ModelException("none of the models can be served");
        }
    }

    private static void announce(ParseResult arguments, Terminal terminal, Server server) {
        var url = ServeArguments.url(arguments, server.address());
        var models = server.repository().list().stream().flatMap(listed -> listed.served().stream()).toList();
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeStringField("url", url);
                json.writeArrayFieldStart("models");
                for (var model : models) {
                    json.writeStartObject();
                    json.writeStringField("name", model.name());
                    json.writeStringField("version", model.version());
                    json.writeStringField("provider", model.engine().provider());
                    json.writeNumberField("workers", model.workers());
                    json.writeArrayFieldStart("notes");
                    for (var note : model.engine().report().notes()) {
                        json.writeString(note);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeEndObject();
            });
            terminal.out().flush();
        }
        for (var model : models) {
            terminal.err().println(line(model));
            model.engine().report().notes().forEach(note -> terminal.err().println("note: " + note));
        }
        terminal.err().println("listening on " + url);
        terminal.err().flush();
    }

    private static String line(ServedModel model) {
        Gpuxfile gpuxfile = model.engine().gpuxfile();
        return "serving " + gpuxfile.name() + gpuxfile.version().map(version -> " " + version).orElse("") + " on "
            + model.engine().report().summary() + ", " + model.workers() + (model.workers() == 1 ? " worker" : " workers")
            + gpuxfile.serve().batching().map(batching -> ", batches of up to " + batching.maxSize()).orElse("");
    }

    private static void report(Terminal terminal, Throwable error) {
        synchronized (terminal) {
            terminal.err().println(terminal.red("gpux: ") + "an error of GPUX itself, please report it: " + error);
            error.printStackTrace(terminal.err());
            terminal.err().flush();
        }
    }

    /**
     * Somebody asks the process to end: the requests under way are answered first. A server that ends so has done what it
     * should, hence 0; the JVM itself would exit with the signal's number.
     */
    private static void end(ParseResult arguments, Terminal terminal, Server server, CountDownLatch ending) {
        var grace = ServeArguments.grace(arguments);
        terminal.err().println("ending; requests under way have " + grace.toSeconds() + " s");
        boolean drained = server.drain(grace);
        terminal.err().println(drained ? "ended" : "ended; requests were still under way");
        terminal.err().flush();
        terminal.out().flush();
        ending.countDown();
        Runtime.getRuntime().halt(ExitCode.OK.code());
    }
}
