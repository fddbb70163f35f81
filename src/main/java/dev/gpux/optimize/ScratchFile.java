package dev.gpux.optimize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Room for new weights that is neither heap nor memory: a file that the system may keep on disk, so that a model of
 * many gigabytes can be changed by a small process. For one thread; its segments die with {@link #close()}.
 */
public final class ScratchFile implements AutoCloseable {
    /** What is smaller is not worth a mapping. */
    private static final long SMALL = 1 << 16;
    /** Mapped regions begin at pages. */
    private static final long PAGE = 4096;

    private final Path file;
    private final FileChannel channel;
    private final Arena arena = Arena.ofShared();
    private long end;

    private ScratchFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens one.
     *
     * @param folder where there is room: best the one of the new model
     * @throws IOException if nothing can be written there
     */
    public static ScratchFile in(Path folder) throws IOException {
        var file = folder.resolve(".gpux-scratch-" + UUID.randomUUID() + ".tmp");
        return new ScratchFile(file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
            StandardOpenOption.WRITE));
    }

    /**
     * Zeroes, so many bytes of them.
     *
     * @throws UncheckedIOException if the disk has no room for them
     */
    public MemorySegment allocate(long bytes) {
        if (bytes <= SMALL) {
            return MemorySegment.ofArray(new byte[(int) bytes]);
        }
        try {
            // The file has holes where nothing was written: where the disk is full then, the process gets a signal.
            long room = Files.getFileStore(file).getUsableSpace();
            if (bytes > room) {
                throw new IOException("its disk has " + room + " left");
            }
            var segment = channel.map(MapMode.READ_WRITE, end, bytes, arena);
            end = Math.ceilDiv(end + bytes, PAGE) * PAGE;
            return segment;
        } catch (IOException e) {
            throw new UncheckedIOException("there is no room for " + bytes + " bytes in " + file + ": "
                + e.getMessage(), e);
        }
    }

    /** Frees everything. A second call does nothing. */
    @Override
    public void close() {
        if (!arena.scope().isAlive()) {
            return;
        }
        arena.close();
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file + ": " + e.getMessage(), e);
        }
    }
}
