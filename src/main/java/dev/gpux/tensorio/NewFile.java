package dev.gpux.tensorio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files that appear when they are complete, or not at all. */
final class NewFile {
    private NewFile() { }

    /** What writes the content. */
    interface Content {
        void write(FileChannel channel) throws IOException;
    }

    static void write(Path target, Content content) throws IOException {
        // A link stays a link: what it points to is replaced.
        var real = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
        // Root would put a file in the place of /dev/null.
        if (Files.exists(real) && !Files.isRegularFile(real)) {
            throw new FileSystemException(target.toString(), null, "it is no file that could be replaced");
        }
        var temporary = real.resolveSibling("." + real.getFileName() + "." + ProcessHandle.current().pid() + "-"
            + Thread.currentThread().threadId() + ".part");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                content.write(channel);
            }
            Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
