package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Where a session's model comes from. */
sealed interface ModelSource {
    /** A file; external data is found beside it. */
    record File(Path path) implements ModelSource {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** The bytes of a file, in native memory. */
    record Memory(MemorySegment bytes) implements ModelSource {
        @Override
        public String toString() {
            return bytes.byteSize() + " bytes in memory";
        }
    }
}
