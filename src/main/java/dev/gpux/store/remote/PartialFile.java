package dev.gpux.store.remote;

import dev.gpux.store.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A file while it is fetched: {@code NAME.part}, and beside it {@code NAME.from}, which says of which content it is the
 * beginning. It gets its name when it is whole. A whole one may be fetched again: as the beginning of itself.
 */
final class PartialFile implements AutoCloseable {
    private static final int CHUNK = 1 << 18;

    private final Path target;
    private final Path validatorFile;
    private final Path file;
    private final FileChannel channel;
    private MessageDigest sha256;
    private long size;

    private PartialFile(Path target, Path file, FileChannel channel) {
        this.target = target;
        this.file = file;
        this.validatorFile = target.resolveSibling(target.getFileName() + ".from");
        this.channel = channel;
        this.sha256 = Digest.sha256();
    }

    /** The beginning of a file that is to be {@code target}, or nothing of it yet. */
    static PartialFile of(Path target) throws IOException {
        var file = target.resolveSibling(target.getFileName() + ".part");
        if (Files.exists(target) && !Files.exists(file)) {
            // Whole, or it was: the server says whether there is more of it, or something else.
            Files.move(target, file, StandardCopyOption.ATOMIC_MOVE);
        }
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
            StandardOpenOption.WRITE);
        try {
            var partial = new PartialFile(target, file, channel);
            partial.readWhatIsThere();
            return partial;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void readWhatIsThere() throws IOException {
        var buffer = ByteBuffer.allocate(CHUNK);
        while (channel.read(buffer) >= 0) {
            sha256.update(buffer.flip());
            buffer.clear();
        }
        size = channel.position();
    }

    long size() {
        return size;
    }

    Path folder() {
        return file.toAbsolutePath().getParent();
    }

    /** What names the content that this is the beginning of. */
    Optional<String> validator() throws IOException {
        return Files.exists(validatorFile)
            ? Optional.of(Files.readString(validatorFile, StandardCharsets.UTF_8)) : Optional.empty();
    }

    /** Begins again, with a content of this name. */
    void restart(Optional<String> validator) throws IOException {
        channel.truncate(0);
        sha256 = Digest.sha256();
        size = 0;
        Files.deleteIfExists(validatorFile);
        if (validator.isPresent()) {
            Files.writeString(validatorFile, validator.get(), StandardCharsets.UTF_8);
        }
    }

    void append(byte[] bytes, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, 0, length);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        sha256.update(bytes, 0, length);
        size += length;
    }

    /** The digest of what is there, which ends the appending. */
    Digest digest() {
        return Digest.of(sha256);
    }

    /** Gives the file its name. */
    Downloaded complete(Digest digest) throws IOException {
        channel.force(true);
        channel.close();
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        return new Downloaded(target, digest, size);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
