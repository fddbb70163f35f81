package dev.gpux.tensorio;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files as memory. */
final class MappedFile {
    private MappedFile() { }

    /** The whole file, read-only, in the page cache; it lives as long as {@code arena}. */
    static MemorySegment open(Arena arena, Path file) {
        requireFile(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new TensorFormatException("this is a folder; a file was expected").in(file.toString());
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // A pipe has no size and cannot be mapped; opening one could wait for ever.
            throw new TensorFormatException("this is not a regular file").in(file.toString());
        }
    }

    static TensorFormatException unreadable(Path file, IOException e) {
        var reason = switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "no permission to read it";
            default -> "it cannot be read: " + e.getMessage();
        };
        return new TensorFormatException(reason, e).in(file.toString());
    }
}
