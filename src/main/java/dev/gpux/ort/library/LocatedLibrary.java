package dev.gpux.ort.library;

import java.nio.file.Path;
import java.util.List;

/** A library on the disk that nothing speaks against loading; see {@link LoadedLibrary} for the parts. */
record LocatedLibrary(Path path, Origin origin, String source, List<Skipped> skipped) {
}
