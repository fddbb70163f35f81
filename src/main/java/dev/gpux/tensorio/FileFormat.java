package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The file formats that tensors come in. */
enum FileFormat {
    NPY, NPZ, PB, JSON, BIN, TXT;

    /** How the formats are listed in messages. */
    static final String READABLE = ".npy, .npz, .pb, .json, .bin and .txt";

    /** The format that the file's extension stands for. */
    static Optional<FileFormat> byExtension(Path file) {
        return switch (extension(file)) {
            case "npy" -> Optional.of(NPY);
            case "npz" -> Optional.of(NPZ);
            case "pb" -> Optional.of(PB);
            case "json" -> Optional.of(JSON);
            case "bin", "raw" -> Optional.of(BIN);
            case "txt" -> Optional.of(TXT);
            default -> Optional.empty();
        };
    }

    /** What stands after the last dot of the file's name, in lower case; empty if there is none. */
    static String extension(Path file) {
        var name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /** The format that the first bytes show, where there is one that can be told so. */
    static Optional<FileFormat> byContent(MemorySegment file) {
        if (NpyHeader.hasMagic(file)) {
            return Optional.of(NPY);
        }
        if (ZipArchive.hasMagic(file)) {
            return Optional.of(NPZ);
        }
        for (long i = 0; i < Math.min(file.byteSize(), 64); i++) {
            char c = (char) file.get(JAVA_BYTE, i);
            if (!Character.isWhitespace(c)) {
                return c == '[' || c == '{' ? Optional.of(JSON) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
