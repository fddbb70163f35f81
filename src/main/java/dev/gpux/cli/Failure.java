package dev.gpux.cli;

import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.library.LibraryException;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.provider.ProviderException;
import dev.gpux.tensorio.TensorFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How a command failed, for people.
 *
 * @param code what the process exits with
 * @param message what is wrong, where, what was expected, what to do
 */
record Failure(ExitCode code, String message) {
    static Failure of(Throwable e) {
        return switch (e) {
            case UsageException _ -> new Failure(ExitCode.USAGE, e.getMessage());
            case GpuxfileException _, ModelException _, PipelineException _, TensorException _,
                 TensorFormatException _, OnnxFormatException _ -> new Failure(ExitCode.INVALID, e.getMessage());
            case ProviderException provider -> new Failure(switch (provider.kind()) {
                case UNKNOWN, BAD_OPTION -> ExitCode.INVALID;
                case NOT_COMPILED, NOT_LOADED, REFUSED, REQUIRED -> ExitCode.NO_PROVIDER;
            }, provider.getMessage());
            case OrtException ort -> new Failure(ExitCode.FAILED,
                "ONNX Runtime failed (" + ort.code() + "): " + ort.getMessage());
            case LibraryException _ -> new Failure(ExitCode.FAILED, e.getMessage());
            case UncheckedIOException _ -> new Failure(ExitCode.FAILED, e.getMessage());
            case IOException _ -> new Failure(ExitCode.FAILED,
                e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            case OutOfMemoryError _ -> new Failure(ExitCode.FAILED, "out of memory: " + e.getMessage()
                + "; give the JVM more with GPUX_JAVA_OPTS=-Xmx…");
            default -> new Failure(ExitCode.FAILED, "an error of GPUX itself, please report it with --verbose: " + e);
        };
    }
}
