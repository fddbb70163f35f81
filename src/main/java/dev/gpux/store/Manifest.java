package dev.gpux.store;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a bundle consists of. The text of a manifest has one line for each file, sorted by path, and the digest of that
 * text names the bundle: the same files under the same paths are the same bundle on every machine.
 *
 * {@snippet lang = text:
 * gpux bundle 1
 * sha256:afdb…bdb1 22972370 models/all-minilm-l6-v2-q.onnx
 * sha256:03f1…77a0 1654 GPUXfile
 * }
 *
 * @param files the files, sorted by path; no path twice, not even in another case, and none below another file
 */
public record Manifest(List<Entry> files) {
    static final int MOST_BYTES = 1 << 20;

    private static final String HEADER = "gpux bundle 1";
    private static final int MOST_FILES = 4096;

    /**
     * One file.
     *
     * @param path where it lies
     * @param digest its content
     * @param size its length in bytes
     */
    public record Entry(BundlePath path, Digest digest, long size) { }

    /**
     * Sorts and checks the files.
     *
     * @throws StoreException if two files would be one on some system
     */
    public Manifest {
        files = files.stream().sorted(Comparator.comparing(Entry::path)).toList();
        if (files.isEmpty() || files.size() > MOST_FILES) {
            throw new StoreException("a bundle has 1 to " + MOST_FILES + " files, not " + files.size());
        }
        requireDistinct(files);
    }

    private static void requireDistinct(List<Entry> files) {
        var names = new HashSet<String>();
        var folders = new HashSet<String>();
        for (var file : files) {
            var name = file.path().text().toLowerCase(Locale.ROOT);
            if (!names.add(name)) {
                throw new StoreException("the bundle has two files " + file.path() + " (case does not count)");
            }
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                folders.add(name.substring(0, slash));
            }
        }
        for (var file : files) {
            if (folders.contains(file.path().text().toLowerCase(Locale.ROOT))) {
                throw new StoreException("the bundle has a file and a folder " + file.path());
            }
        }
    }

    /**
     * Reads the text of a manifest.
     *
     * @throws StoreException if it is not exactly what {@link #text()} writes
     */
    static Manifest parse(byte[] text) {
        var lines = lines(text, HEADER, "manifest of a bundle");
        var files = new ArrayList<Entry>();
        for (var line : lines) {
            files.add(entry(line));
        }
        var manifest = new Manifest(files);
        // One content, one text: otherwise the same bundle would have several digests.
        if (!manifest.files.equals(files)) {
            throw new StoreException("the manifest of a bundle is not sorted");
        }
        return manifest;
    }

    /** The lines behind the header of one of the store's texts; each ends with a line feed. */
    static List<String> lines(byte[] bytes, String header, String what) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new StoreException("the " + what + " is not UTF-8");
        }
        if (bytes.length > MOST_BYTES || !text.startsWith(header + "\n") || !text.endsWith("\n")) {
            throw new StoreException("this is no " + what + ", or one of a newer GPUX: expected it to begin with '"
                + header + "'");
        }
        var lines = List.of(text.split("\n", -1));
        return lines.subList(1, lines.size() - 1);
    }

    private static Entry entry(String line) {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first > 0 && second > 0) {
            var digest = Digest.parse(line.substring(0, first));
            var size = size(line.substring(first + 1, second));
            if (digest.isPresent() && size.isPresent() && line.startsWith(digest.get() + " ")) {
                return new Entry(new BundlePath(line.substring(second + 1)), digest.get(), size.get());
            }
        }
        throw new StoreException("a line of the manifest of a bundle is broken; expected digest, size and path");
    }

    private static Optional<Long> size(String digits) {
        boolean plain = !digits.isEmpty() && digits.length() <= 18 && (digits.equals("0") || digits.charAt(0) != '0');
        for (int i = 0; plain && i < digits.length(); i++) {
            plain = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        return plain ? Optional.of(Long.parseLong(digits)) : Optional.empty();
    }

    byte[] text() {
        var text = new StringBuilder(HEADER).append('\n');
        files.forEach(file -> text.append(file.digest()).append(' ').append(file.size()).append(' ')
            .append(file.path()).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What names the bundle. */
    public Digest digest() {
        return Digest.of(text());
    }

    /** The bytes of all files. */
    public long size() {
        return files.stream().mapToLong(Entry::size).reduce(0, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }

    /** The file at a path. */
    public Optional<Entry> file(BundlePath path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }
}
