package dev.gpux.ort.library;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds ONNX Runtime and loads it. All methods may be called from every thread. */
public final class LibraryLoader {
    private static final String ENTRY = "OrtGetApiBase";

    private LibraryLoader() {
    }

    /**
     * Turns ORT's telemetry off, finds the library, unpacks it if it is in an archive and was not unpacked before, and
     * loads it. A library stays loaded until the process ends; loading it again gives the same one.
     *
     * <p>Two ways of loading are used on the same file, which then is there once: {@link System#load}, because it gives
     * the system's words if it fails, and because it makes the functions that the library exports visible to the
     * generated bindings, {@code dev.gpux.ffi}, which ask their class loader; and {@link SymbolLookup#libraryLookup},
     * because it finds the symbols of exactly this file, even if another ONNX Runtime is in the process, and does not
     * mind a second class loader.
     *
     * @throws LibraryException if there is no library, or it cannot be loaded here, or is not ONNX Runtime
     */
    public static LoadedLibrary load(LibraryRequest request) {
        Platform platform = Platform.current();
        Telemetry.turnOff(platform.os());
        LocatedLibrary located = LibraryFinder.find(request, platform);
        Path path = located.path();
        SymbolLookup symbols = open(located);
        Optional<MemorySegment> entry = symbols.find(ENTRY);
        if (entry.isEmpty()) {
            throw new LibraryException(LibraryException.Kind.NOT_ORT, located.origin().label() + ": " + path
                    + " is a library, but not ONNX Runtime: it has no function " + ENTRY + ".");
        }
        return new LoadedLibrary(path, located.origin(), located.source(), symbols, entry.get(), located.skipped());
    }

    private static SymbolLookup open(LocatedLibrary located) {
        Path path = located.path();
        try {
            Path directMl = path.resolveSibling("DirectML.dll");
            if (path.endsWith("onnxruntime.dll") && Files.isRegularFile(directMl)) {
                // ORT asks for it by its bare name, and Windows would give it the older one of the system.
                System.load(directMl.toString());
            }
            System.load(path.toString());
        } catch (UnsatisfiedLinkError e) {
            String words = e.getMessage() == null ? "" : e.getMessage();
            if (!words.contains("already loaded in another classloader")) {
                throw LoadFailure.explain(located, words, e);
            }
        }
        try {
            return SymbolLookup.libraryLookup(path, Arena.global());
        } catch (IllegalArgumentException e) {
            throw LoadFailure.explain(located, String.valueOf(e.getMessage()), e);
        }
    }
}
