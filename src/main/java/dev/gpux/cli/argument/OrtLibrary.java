package dev.gpux.cli.argument;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.Terminal;
import dev.gpux.ort.Environment;
import dev.gpux.ort.EnvironmentOptions;
import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.library.LibraryRequest;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * Starts ONNX Runtime as the command line and the GPUXfile want it. There is one command in a process; a training of
 * the AOT cache runs several, which then take the one that runs.
 */
public final class OrtLibrary {
    /** ONNX Runtime, which starts or has started: closed before the process ends. */
    public interface Started extends AutoCloseable {
        /** One that nobody needs to wait for. */
        Started ALREADY = () -> { };

        @Override
        void close();
    }

    private OrtLibrary() { }

    /** Which library is meant: {@code --ort}, {@code GPUX_ORT}, the GPUXfile's or the one that GPUX carries. */
    public static LibraryRequest request(ParseResult arguments, Optional<Path> gpuxfileLibrary) {
        var request = LibraryRequest.standard();
        var explicit = Optional.ofNullable(arguments.<Path>matchedOptionValue(CommonOptions.ORT, null));
        if (explicit.isPresent()) {
            request = request.withExplicit(explicit.get());
        }
        if (gpuxfileLibrary.isPresent()) {
            request = request.withGpuxfile(gpuxfileLibrary.get());
        }
        return request;
    }

    private static EnvironmentOptions options(ParseResult arguments, Optional<Path> gpuxfileLibrary) {
        return EnvironmentOptions.defaults().withLibrary(request(arguments, gpuxfileLibrary));
    }

    /** Starts the environment that the command line or the GPUXfile asks for, with its log for whoever listens later. */
    public static Environment start(ParseResult arguments, Optional<Path> gpuxfileLibrary) {
        return Environment.running().orElseGet(() -> Environment.start(options(arguments, gpuxfileLibrary)));
    }

    /** As above, with one pool of ORT threads for all models, and ORT's log where {@code --verbose} asks for it. */
    public static Environment startShared(ParseResult arguments, Optional<Path> gpuxfileLibrary, Terminal terminal,
                                          int threads) {
        return listening(arguments, Environment.start(options(arguments, gpuxfileLibrary)
            .withGlobalThreads(new EnvironmentOptions.ThreadPool(threads, 1, false))), terminal);
    }

    /** As above, with ORT's log on stderr where {@code --verbose} asks for it. */
    public static Environment start(ParseResult arguments, Optional<Path> gpuxfileLibrary, Terminal terminal) {
        return listening(arguments, start(arguments, gpuxfileLibrary), terminal);
    }

    private static Environment listening(ParseResult arguments, Environment environment, Terminal terminal) {
        if (CommonOptions.has(arguments, CommonOptions.VERBOSE)) {
            // A session that explains itself logs its whole graph, too, which the report says better.
            environment.addLogListener(message -> {
                if (message.severity().compareTo(LogSeverity.WARNING) >= 0) {
                    terminal.err().println(terminal.dim("ort: " + message));
                }
            });
        }
        return environment;
    }

    /**
     * As above, for a command that a person waits for: on a thread of its own, and nobody hears ORT's log before a
     * session has a provider to use. {@link Environment#get} waits for it.
     *
     * @return what to close before the process ends
     */
    public static Started startQuickly(ParseResult arguments, Optional<Path> gpuxfileLibrary, Terminal terminal) {
        if (CommonOptions.has(arguments, CommonOptions.VERBOSE)) {
            start(arguments, gpuxfileLibrary, terminal);
            return Started.ALREADY;
        }
        if (Environment.running().isPresent()) {
            return Started.ALREADY;
        }
        return Environment.startInBackground(options(arguments, gpuxfileLibrary).withLateLog())::close;
    }
}
