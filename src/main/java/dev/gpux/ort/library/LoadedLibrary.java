package dev.gpux.ort.library;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;

/**
 * ONNX Runtime, loaded into this process for as long as it lives. Immutable, usable from every thread.
 *
 * @param path       the real path of the library file; providers' libraries are looked for beside it by ORT
 * @param origin     which place it came from
 * @param source     what was given or found there: the file itself, or the folder or archive that it came out of
 * @param symbols    looks up the symbols of exactly this library
 * @param getApiBase the address of {@code const OrtApiBase* OrtGetApiBase(void)}
 * @param skipped    the places and files passed over on the way here, and why; what a doctor tells
 */
public record LoadedLibrary(Path path, Origin origin, String source, SymbolLookup symbols, MemorySegment getApiBase,
                            List<Skipped> skipped) {

    /** Copies the list. */
    public LoadedLibrary {
        skipped = List.copyOf(skipped);
    }
}
