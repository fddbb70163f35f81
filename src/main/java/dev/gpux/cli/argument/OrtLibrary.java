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

/** Starts ONNX Runtime as the command line and the GPUXfile want it. */
public final class OrtLibrary {
    private OrtLibrary() { }

    /** The environment, from {@code --ort}, {@code GPUX_ORT}, the GPUXfile or what GPUX carries. */
    public static Environment start(ParseResult arguments, Optional<Path> gpuxfileLibrary) {
        var request = LibraryRequest.standard();
        var explicit = Optional.ofNullable(arguments.<Path>matchedOptionValue(CommonOptions.ORT, null));
        if (explicit.isPresent()) {
            request = request.withExplicit(explicit.get());
        }
        if (gpuxfileLibrary.isPresent()) {
            request = request.withGpuxfile(gpuxfileLibrary.get());
        }
        return Environment.start(EnvironmentOptions.defaults().withLibrary(request));
    }

    /** As above, with ORT's log on stderr where {@code --verbose} asks for it. */
    public static Environment start(ParseResult arguments, Optional<Path> gpuxfileLibrary, Terminal terminal) {
        var environment = start(arguments, gpuxfileLibrary);
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
}
