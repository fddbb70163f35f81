package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Paths as the C API wants them: {@code ORTCHAR_T} is UTF-16 on Windows and UTF-8 elsewhere. */
final class NativePath {
    private static final Charset CHARSET = charset(System.getProperty("os.name", ""));

    private NativePath() { }

    static Charset charset(String osName) {
        return osName.startsWith("Windows") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
    }

    /** {@code path}, NUL-terminated. */
    static MemorySegment of(Arena arena, Path path) {
        return CHARSET == StandardCharsets.UTF_8 ? Cells.string(arena, path.toString())
            : arena.allocateFrom(path.toString(), CHARSET);
    }

    /** {@code path} in the encoding of the named operating system; what {@link #of} does, testable on any. */
    static MemorySegment of(Arena arena, String path, String osName) {
        return arena.allocateFrom(path, charset(osName));
    }
}
