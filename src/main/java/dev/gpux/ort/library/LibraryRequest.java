package dev.gpux.ort.library;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where to look for ONNX Runtime. Immutable.
 *
 * <p>A given location ({@code explicit}, {@code environment}, {@code gpuxfile}, in this order) is a folder, a library
 * file, or a jar, zip, tar or tgz that carries one; the first one given decides, and if it is no good that is an error:
 * GPUX never runs another library than the one asked for. Only if none is given, the class path and then the system are
 * searched.
 *
 * @param explicit    what the caller wants, {@code --ort}
 * @param environment what {@code GPUX_ORT} says
 * @param gpuxfile    what {@code library} in the GPUXfile says, resolved against the GPUXfile's folder
 * @param classLoader whose resources are searched for {@code ai/onnxruntime/native/…}
 * @param cache       the cache folder; libraries are unpacked below its folder {@code native}
 * @param warnings    is told, in one line for people, when something works but not well (the cache cannot be used)
 */
public record LibraryRequest(Optional<Path> explicit, Optional<Path> environment, Optional<Path> gpuxfile,
                             ClassLoader classLoader, Path cache, Consumer<String> warnings) {

    /** Nothing may be null. */
    public LibraryRequest {
        Objects.requireNonNull(explicit, "explicit");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(gpuxfile, "gpuxfile");
        Objects.requireNonNull(classLoader, "classLoader");
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(warnings, "warnings");
    }

    /**
     * {@code GPUX_ORT} if set and not empty, the class path of GPUX's own loader, the standard cache folder; warnings
     * are dropped.
     *
     * @throws LibraryException if {@code GPUX_ORT} cannot be a path, or the system is none that GPUX knows
     */
    public static LibraryRequest standard() {
        String variable = System.getenv("GPUX_ORT");
        Optional<Path> environment;
        try {
            environment = variable == null || variable.isEmpty() ? Optional.empty() : Optional.of(Path.of(variable));
        } catch (InvalidPathException e) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND,
                    "GPUX_ORT is not a path on this system: " + e.getMessage(), e);
        }
        Path cache = CacheFolder.of(Platform.current().os(), System.getenv(), System.getProperties());
        return new LibraryRequest(Optional.empty(), environment, Optional.empty(),
                LibraryRequest.class.getClassLoader(), cache, warning -> { });
    }

    /** With {@code --ort}. */
    public LibraryRequest withExplicit(Path location) {
        return new LibraryRequest(Optional.of(location), environment, gpuxfile, classLoader, cache, warnings);
    }

    /** With what {@code GPUX_ORT} would say. */
    public LibraryRequest withEnvironment(Path location) {
        return new LibraryRequest(explicit, Optional.of(location), gpuxfile, classLoader, cache, warnings);
    }

    /** With the GPUXfile's {@code library}. */
    public LibraryRequest withGpuxfile(Path location) {
        return new LibraryRequest(explicit, environment, Optional.of(location), classLoader, cache, warnings);
    }

    /** With another loader to search. */
    public LibraryRequest withClassLoader(ClassLoader loader) {
        return new LibraryRequest(explicit, environment, gpuxfile, loader, cache, warnings);
    }

    /** With another cache folder. */
    public LibraryRequest withCache(Path folder) {
        return new LibraryRequest(explicit, environment, gpuxfile, classLoader, folder, warnings);
    }

    /** With somebody who hears warnings. */
    public LibraryRequest withWarnings(Consumer<String> listener) {
        return new LibraryRequest(explicit, environment, gpuxfile, classLoader, cache, listener);
    }
}
