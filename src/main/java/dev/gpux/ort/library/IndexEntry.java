package dev.gpux.ort.library;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which folder of the cache holds the library of an archive: a text file of a few lines.
 *
 * <pre>
 * gpux-native 1
 * KEY
 * 0b5c…                        the folder
 * 28497752 libonnxruntime.so   the library, then its companions: size in bytes, name
 * </pre>
 */
record IndexEntry(String key, String folder, List<Item> items) {
    private static final String HEADER = "gpux-native 1";
    private static final int MOST_BYTES = 64 * 1024;

    /** One file of the folder. */
    record Item(String name, long size) {
    }

    /** A key is one line, whatever a path may contain. */
    IndexEntry {
        key = oneLine(key);
    }

    /**
     * The name of the index file for a key. A short hash is enough, for the file repeats the key; and one that needs no
     * security provider, for loading those takes longer than all the rest of finding a library.
     */
    static String fileName(String key) {
        long hash = 0xCBF29CE484222325L;
        String line = oneLine(key);
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * 0x100000001B3L;
        }
        return Long.toHexString(hash) + ".txt";
    }

    private static String oneLine(String key) {
        return key.replace("\n", "\\n").replace("\r", "\\r");
    }

    /** Reads an entry; empty if there is none, or it is for another key, or cannot be understood. */
    static Optional<IndexEntry> read(Path file, String key) throws IOException {
        byte[] bytes;
        // Not Files.readAllBytes: its channels take a millisecond to load at a cold start.
        try (var in = new FileInputStream(file.toFile())) {
            bytes = in.readNBytes(MOST_BYTES);
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
        List<String> lines = lines(new String(bytes, StandardCharsets.UTF_8));
        if (lines.size() < 4 || !lines.get(0).equals(HEADER) || !lines.get(1).equals(oneLine(key))) {
            return Optional.empty();
        }
        var items = new ArrayList<Item>();
        for (int i = 3; i < lines.size(); i++) {
            Optional<Item> item = item(lines.get(i));
            if (item.isEmpty()) {
                return Optional.empty();
            }
            items.add(item.get());
        }
        return Optional.of(new IndexEntry(key, lines.get(2), items));
    }

    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end));
            start = end + 1;
        }
        return lines;
    }

    private static Optional<Item> item(String line) {
        int space = line.indexOf(' ');
        try {
            return space < 1 ? Optional.empty()
                    : Optional.of(new Item(line.substring(space + 1), Long.parseLong(line, 0, space, 10)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Writes the entry so that a reader sees the old one or the new one. */
    void write(Path file) throws IOException {
        var text = new StringBuilder(HEADER).append('\n').append(key).append('\n').append(folder).append('\n');
        for (Item item : items) {
            text.append(item.size).append(' ').append(item.name).append('\n');
        }
        Path written = Files.createTempFile(file.getParent(), "writing-", ".tmp");
        try {
            Files.writeString(written, text);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** The library itself. */
    Path library(Path root) {
        return root.resolve(folder).resolve(items.getFirst().name);
    }

    /** Whether the folder has all files in the right size. */
    boolean holdsIn(Path root) {
        Path parent = root.resolve(folder);
        try {
            for (Item item : items) {
                BasicFileAttributes file = Files.readAttributes(parent.resolve(item.name), BasicFileAttributes.class,
                        LinkOption.NOFOLLOW_LINKS);
                if (!file.isRegularFile() || file.size() != item.size) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
