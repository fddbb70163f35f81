package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Goes through the places in the order of {@link Origin}. */
final class LibraryFinder {
    private final LibraryRequest request;
    private final Platform platform;
    private final NativeCache cache;
    private final List<Skipped> skipped = new ArrayList<>();

    private LibraryFinder(LibraryRequest request, Platform platform) {
        this.request = request;
        this.platform = platform;
        this.cache = new NativeCache(request.cache(), Path.of(System.getProperty("java.io.tmpdir")),
                request.warnings());
    }

    /**
     * The library to load.
     *
     * @throws LibraryException if there is none, or the one that was asked for is no good
     */
    static LocatedLibrary find(LibraryRequest request, Platform platform) {
        return new LibraryFinder(request, platform).find();
    }

    private LocatedLibrary find() {
        if (request.explicit().isPresent()) {
            return given(Origin.EXPLICIT, request.explicit().get());
        }
        if (request.environment().isPresent()) {
            return given(Origin.ENVIRONMENT, request.environment().get());
        }
        if (request.gpuxfile().isPresent()) {
            return given(Origin.GPUXFILE, request.gpuxfile().get());
        }
        notGivenBefore(Origin.CLASS_PATH);
        Optional<ClassPathNatives.Found> onClassPath =
                new ClassPathNatives(request.classLoader(), platform, cache).find(skipped);
        if (onClassPath.isPresent()) {
            return located(onClassPath.get().library(), Origin.CLASS_PATH, onClassPath.get().source());
        }
        Optional<Path> installed = new SystemLibrary(platform).find(skipped);
        if (installed.isPresent()) {
            return located(installed.get(), Origin.SYSTEM, installed.get().toString());
        }
        throw nothing();
    }

    private LocatedLibrary given(Origin origin, Path location) {
        notGivenBefore(origin);
        return located(new GivenLocation(origin, platform, cache).resolve(location), origin, location.toString());
    }

    private void notGivenBefore(Origin origin) {
        for (Origin before : Origin.values()) {
            if (before == origin) {
                break;
            }
            skipped.add(new Skipped(before, "", "not given"));
        }
    }

    private LocatedLibrary located(Path library, Origin origin, String source) {
        try {
            // ORT looks for its providers beside the file it was loaded from, so not beside a link to it.
            return new LocatedLibrary(library.toRealPath(), origin, source, List.copyOf(skipped));
        } catch (IOException e) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, origin.label() + ": " + library
                    + " was there a moment ago and is gone now: " + e.getMessage(), e);
        }
    }

    private LibraryException nothing() {
        var message = new StringBuilder("There is no ONNX Runtime library for ").append(platform.label())
                .append(". GPUX looked here:");
        for (Skipped place : skipped) {
            message.append("\n  ").append(place);
        }
        message.append("\nGive one with --ort or GPUX_ORT (a folder, a library file, or a jar, zip or tgz that carries "
                + "one), or put the Maven artifact com.microsoft.onnxruntime:onnxruntime on the class path.");
        return new LibraryException(LibraryException.Kind.NOT_FOUND, message.toString());
    }
}
