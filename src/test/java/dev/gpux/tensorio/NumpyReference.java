package dev.gpux.tensorio;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files as NumPy itself writes them; numpy-reference.py, next to the resource, says how they were made. */
final class NumpyReference {
    private static final Map<String, byte[]> FILES = load();

    private NumpyReference() { }

    static byte[] get(String name) {
        var file = FILES.get(name);
        if (file == null) {
            throw new IllegalArgumentException(name);
        }
        return file.clone();
    }

    static Map<String, byte[]> all() {
        return FILES;
    }

    private static Map<String, byte[]> load() {
        try (var in = NumpyReference.class.getResourceAsStream("numpy-reference.txt")) {
            var files = new LinkedHashMap<String, byte[]>();
            for (var line : new String(in.readAllBytes(), US_ASCII).split("\n")) {
                var parts = line.split(" ");
                files.put(parts[0], Base64.getDecoder().decode(parts[1]));
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
