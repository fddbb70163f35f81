package dev.gpux.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What keeps processes out of each other's way: locks on bytes of one file that is never written. Byte 0 is the store's
 * own lock, shared by whoever adds or looks up, exclusive for whoever removes; it is only ever held for moments. Each
 * bundle in use and each temporary folder has a byte of its own, held for as long as it is needed. The system lets go of
 * the locks of a process that dies, and no lock file is ever left to be taken for a lock.
 */
final class StoreLock {
    private static final Map<Path, StoreLock> ALL = new ConcurrentHashMap<>();
    private static final long LAST = Long.MAX_VALUE >> 1;

    private final Path file;
    private final ReentrantLock inThisProcess = new ReentrantLock();
    private final Map<Long, Held> bytes = new HashMap<>();

    // One channel for a process, never closed: POSIX gives up all of a process's locks on a file when any channel to it is
    // closed (fcntl, "Advisory record locking").
    private Optional<FileChannel> channel = Optional.empty();

    /** Something held; closing gives it up. */
    interface Hold extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private static final class Held {
        private final FileLock lock;
        private int times = 1;

        Held(FileLock lock) {
            this.lock = lock;
        }
    }

    private StoreLock(Path file) {
        this.file = file;
    }

    /** The lock of the store in a folder; one for each store and process. */
    static StoreLock of(Path home) throws IOException {
        var file = (Files.exists(home) ? home.toRealPath() : home.toAbsolutePath().normalize()).resolve("lock");
        return ALL.computeIfAbsent(file, StoreLock::new);
    }

    /** Waits until nobody removes. */
    Hold shared() throws IOException {
        return hold(true);
    }

    /** Waits until nobody else adds, looks up or removes. */
    Hold exclusive() throws IOException {
        return hold(false);
    }

    private Hold hold(boolean shared) throws IOException {
        inThisProcess.lock();
        try {
            var open = open(!shared);
            var lock = open.isPresent() ? Optional.of(open.get().lock(0, 1, shared)) : Optional.<FileLock>empty();
            return () -> {
                try {
                    if (lock.isPresent()) {
                        lock.get().release();
                    }
                } finally {
                    inThisProcess.unlock();
                }
            };
        } catch (IOException | RuntimeException e) {
            inThisProcess.unlock();
            throw e;
        }
    }

    /** The channel; none where the store may only be read and has no lock file: then nobody removes, either. */
    private synchronized Optional<FileChannel> open(boolean toChange) throws IOException {
        if (channel.isPresent() && channel.get().isOpen()) {
            return channel;
        }
        try {
            channel = Optional.of(FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE,
                StandardOpenOption.CREATE));
        } catch (IOException e) {
            if (toChange) {
                throw e;
            }
            channel = Files.isReadable(file) ? Optional.of(FileChannel.open(file, StandardOpenOption.READ))
                : Optional.empty();
        }
        return channel;
    }

    /** Keeps what a key stands for from being removed; empty if it is just being removed. */
    Optional<Hold> use(String key) throws IOException {
        return take(key, true);
    }

    /** Takes what a key stands for; empty if anybody else uses it. */
    Optional<Hold> own(String key) throws IOException {
        return take(key, false);
    }

    private synchronized Optional<Hold> take(String key, boolean shared) throws IOException {
        var open = open(!shared);
        if (open.isEmpty()) {
            return Optional.of(() -> { });
        }
        long position = position(key);
        var held = bytes.get(position);
        if (held != null) {
            if (!shared || !held.lock.isShared()) {
                return Optional.empty();
            }
            held.times++;
            return Optional.of(new Once(position));
        }
        try {
            var lock = open.get().tryLock(position, 1, shared);
            if (lock == null) {
                return Optional.empty();
            }
            bytes.put(position, new Held(lock));
            return Optional.of(new Once(position));
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    private synchronized void give(long position) throws IOException {
        var held = bytes.get(position);
        if (--held.times == 0) {
            bytes.remove(position);
            held.lock.release();
        }
    }

    /** A hold on a byte that can be closed twice. */
    private final class Once implements Hold {
        private final long position;
        private boolean closed;

        Once(long position) {
            this.position = position;
        }

        @Override
        public synchronized void close() throws IOException {
            if (!closed) {
                closed = true;
                give(position);
            }
        }
    }

    /** A byte far behind the first; two keys that share one only keep each other from being removed. */
    private static long position(String key) {
        var hash = HexFormat.of().parseHex(Digest.of(key.getBytes(StandardCharsets.UTF_8)).hex());
        return 1 + (ByteBuffer.wrap(hash).getLong() & LAST >> 1);
    }
}
