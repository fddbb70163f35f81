package dev.gpux.provider.natives;

import dev.gpux.ort.library.Platform.Cpu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /etc/ld.so.cache}: glibc's table of library name → file, which {@code ldconfig} writes (glibc,
 * {@code elf/dl-cache.h}: {@code struct cache_file_new}). A file that is no such table has no entries.
 */
final class LdCache {
    private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 48;
    private static final int ENTRY = 24;
    private static final int MOST_BYTES = 64 << 20;
    /** {@code FLAG_ELF_LIBC6} and the processor's bits. */
    private static final int X86_64 = 0x0303;
    private static final int AARCH64 = 0x0A03;

    private final Map<String, List<Path>> files = new HashMap<>();

    private LdCache() { }

    /** Reads the table's entries for one processor. */
    static LdCache read(Path file, Cpu cpu) {
        var cache = new LdCache();
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
                cache.fill(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder()), flags(cpu));
            }
        } catch (IOException e) {
            // Not readable: then the loader cannot read it either.
        }
        return cache;
    }

    /** No entries, as on a system without glibc. */
    static LdCache empty() {
        return new LdCache();
    }

    private static Optional<Integer> flags(Cpu cpu) {
        return switch (cpu) {
            case X86_64 -> Optional.of(X86_64);
            case AARCH64 -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    private void fill(ByteBuffer bytes, Optional<Integer> flags) {
        int start = find(bytes);
        if (start < 0 || start > bytes.limit() - HEADER) {
            return;
        }
        long count = bytes.getInt(start + MAGIC.length) & 0xFFFFFFFFL;
        for (long i = 0; i < count && start + HEADER + (i + 1) * ENTRY <= bytes.limit(); i++) {
            int at = (int) (start + HEADER + i * ENTRY);
            if (flags.isPresent() && bytes.getInt(at) != flags.get()) {
                continue;
            }
            var name = text(bytes, start + (bytes.getInt(at + 4) & 0xFFFFFFFFL));
            var path = text(bytes, start + (bytes.getInt(at + 8) & 0xFFFFFFFFL));
            if (name.isPresent() && path.isPresent()) {
                add(name.get(), path.get());
            }
        }
    }

    private void add(String name, String path) {
        try {
            files.computeIfAbsent(name, _ -> new ArrayList<>()).add(Path.of(path));
        } catch (InvalidPathException e) {
            // No file has such a name.
        }
    }

    /** The table may stand behind one in the format of old. */
    private static int find(ByteBuffer bytes) {
        var all = bytes.array();
        for (int at = 0; at <= all.length - MAGIC.length; at += 4) {
            int i = 0;
            while (i < MAGIC.length && all[at + i] == MAGIC[i]) {
                i++;
            }
            if (i == MAGIC.length) {
                return at;
            }
        }
        return -1;
    }

    private static Optional<String> text(ByteBuffer bytes, long offset) {
        for (long end = offset; end < bytes.limit(); end++) {
            if (bytes.get((int) end) == 0) {
                int length = (int) (end - offset);
                return Optional.of(new String(bytes.array(), (int) offset, length, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    /** The files with this name, in the order in which the loader prefers them. */
    List<Path> files(String name) {
        return List.copyOf(files.getOrDefault(name, List.of()));
    }
}
