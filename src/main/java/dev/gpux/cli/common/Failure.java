package dev.gpux.cli.common;

import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.library.LibraryException;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.provider.ProviderException;
import dev.gpux.server.http.TlsException;
import dev.gpux.store.StoreException;
import dev.gpux.store.remote.DownloadException;
import dev.gpux.tensorio.TensorFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * How a command failed, for people.
 *
 * @param code what the process exits with
 * @param message what is wrong, where, what was expected, what to do
 */
public record Failure(ExitCode code, String message) {
    public static Failure of(Throwable e) {
        return switch (e) {
            case UsageException _ -> new Failure(ExitCode.USAGE, e.getMessage());
            case GpuxfileException _, ModelException _, PipelineException _, TensorException _,
                 TensorFormatException _, OnnxFormatException _, OptimizeException _, StoreException _,
                 TlsException _ ->
                new Failure(ExitCode.INVALID, e.getMessage());
            case ProviderException provider -> new Failure(switch (provider.kind()) {
                case UNKNOWN, BAD_OPTION -> ExitCode.INVALID;
                case NOT_COMPILED, NOT_LOADED, REFUSED, REQUIRED -> ExitCode.NO_PROVIDER;
            }, provider.getMessage());
            case OrtException ort -> new Failure(ExitCode.FAILED,
                "ONNX Runtime failed (" + ort.code() + "): " + ort.getMessage());
            case LibraryException _, DownloadException _, UncheckedIOException _ ->
                new Failure(ExitCode.FAILED, e.getMessage());
            case IOException io -> new Failure(ExitCode.FAILED, words(io));
            case OutOfMemoryError memory -> new Failure(ExitCode.FAILED, words(memory));
            // What the JVM makes of SIGBUS: the file is shorter by now than its mapping, or its disk is full.
            case InternalError _ -> new Failure(ExitCode.FAILED, "a file that is mapped into memory was cut, or its "
                + "disk is full (" + e.getMessage() + "); replace models by renaming new ones, and make room");
            default -> new Failure(ExitCode.FAILED, "an error of GPUX itself, please report it with --verbose: " + e);
        };
    }

    private static String words(OutOfMemoryError e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("native thread")
            ? "the system allows this process no more threads; look at ulimit -u, or a container's limit of processes"
            : "out of memory: " + message + "; give the JVM more with GPUX_JAVA_OPTS=-Xmx…";
    }

    /** The JDK's own messages are often nothing but a path. */
    private static String words(IOException e) {
        return switch (e) {
            case NoSuchFileException file -> "there is no file " + file.getFile();
            case AccessDeniedException file -> "this user may not read or change " + file.getFile();
            case FileAlreadyExistsException file -> "there is a file " + file.getFile() + " already";
            case FileSystemException file when file.getReason() != null -> file.getFile() + ": " + file.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
