package dev.gpux.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps the files with a model's external data, each once and only when needed.
 *
 * <p>A model must not reach outside its folder: absolute paths, {@code ..} and links that lead out are refused. The
 * folder is the one the model was opened in or, where the model itself is a link, the one it really lies in: download
 * caches keep a folder of links into a folder of blobs. Thread-safe.
 */
final class ExternalFiles {
    /** For models that were not read from a folder. */
    static final ExternalFiles NOWHERE = new ExternalFiles(List.of(), Arena.global());

    private final List<Path> folders;
    private final Arena arena;
    private final ConcurrentHashMap<String, MemorySegment> mapped = new ConcurrentHashMap<>();

    private ExternalFiles(List<Path> folders, Arena arena) {
        this.folders = folders;
        this.arena = arena;
    }

    /** Files next to a model file; what is mapped lives as long as the arena. */
    static ExternalFiles besides(Path model, Arena arena) throws IOException {
        var folder = model.toAbsolutePath().getParent().toRealPath();
        return new ExternalFiles(List.of(folder, model.toRealPath().getParent()), arena);
    }

    /** Files in a folder; what is mapped lives as long as the arena. */
    static ExternalFiles in(Path folder, Arena arena) throws IOException {
        return new ExternalFiles(List.of(folder.toRealPath()), arena);
    }

    /**
     * So many bytes of a file, from the offset that the data names.
     *
     * @throws OnnxFormatException if the path leads out, there is no such file, or the range is not in it
     */
    MemorySegment slice(TensorData.External data, long length) {
        var file = mapped.computeIfAbsent(data.location(), this::map);
        long offset = data.offset();
        if (offset > file.byteSize() || length > file.byteSize() - offset) {
            throw new OnnxFormatException("external data " + Names.quote(data.location()) + ": " + length
                + " bytes at offset " + offset + " are wanted, the file has " + file.byteSize());
        }
        return file.asSlice(offset, length);
    }

    /** The size of an external file in bytes. */
    long size(String location) {
        return mapped.computeIfAbsent(location, this::map).byteSize();
    }

    /** The real place of an external file, after all checks; nothing is mapped. */
    Path resolve(String location) {
        if (folders.isEmpty()) {
            throw refused(location, "the model was not read from a folder");
        }
        Path relative;
        try {
            relative = Path.of(location);
        } catch (InvalidPathException e) {
            throw refused(location, "not a path: " + e.getReason());
        }
        // Backslashes and drive letters are ordinary characters here and separators on Windows; one rule for both.
        if (location.isEmpty() || relative.isAbsolute() || location.indexOf('\\') >= 0 || location.indexOf(':') >= 0
            || location.startsWith("/")) {
            throw refused(location, "the path must be relative to the model's folder");
        }
        for (var part : relative) {
            if (part.toString().equals("..")) {
                throw refused(location, "the path leads out of the model's folder");
            }
        }
        return real(location, folders.getFirst().resolve(relative));
    }

    private Path real(String location, Path path) {
        Path real;
        try {
            real = path.toRealPath();
        } catch (IOException e) {
            throw new OnnxFormatException("external data " + Names.quote(location) + " cannot be found in "
                + folders.getFirst(), e);
        }
        if (folders.stream().noneMatch(real::startsWith)) {
            throw refused(location, "it is a link that leads out of the model's folder");
        }
        if (!Files.isRegularFile(real)) {
            throw refused(location, "it is not a file");
        }
        return real;
    }

    private MemorySegment map(String location) {
        var path = resolve(location);
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new OnnxFormatException("external data " + Names.quote(location) + " cannot be read: "
                + e.getMessage(), e);
        }
    }

    private static OnnxFormatException refused(String location, String why) {
        return new OnnxFormatException("external data " + Names.quote(location) + " is refused: " + why);
    }
}
