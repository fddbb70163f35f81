package dev.gpux.ort.library;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a file is that was hoped to be, or to carry, a library; told by its first bytes. */
enum FileKind {
    EMPTY("an empty file"),
    BINARY("an executable file"),
    ZIP("a zip archive"),
    GZIP("a gzip file"),
    TAR("a tar archive"),
    XZ("an xz file"),
    ZSTD("a zstd file"),
    AR("a static library or Debian package (ar archive)"),
    GIT_LFS("a Git LFS pointer, not the file it points to"),
    HTML("a web page"),
    TEXT("a text file"),
    UNKNOWN("a file of an unknown format");

    private final String label;

    FileKind(String label) {
        this.label = label;
    }

    /** With its article: {@code a text file}. */
    String label() {
        return label;
    }

    static FileKind of(byte[] head) {
        if (head.length == 0) {
            return EMPTY;
        }
        if (NativeBinary.read(head).isPresent()) {
            return BINARY;
        }
        if (startsWith(head, 0, 'P', 'K', 3, 4) || startsWith(head, 0, 'P', 'K', 5, 6)) {
            return ZIP;
        }
        if (startsWith(head, 0, 0x1F, 0x8B)) {
            return GZIP;
        }
        if (startsWith(head, 257, 'u', 's', 't', 'a', 'r')) {
            return TAR;
        }
        if (startsWith(head, 0, 0xFD, '7', 'z', 'X', 'Z')) {
            return XZ;
        }
        if (startsWith(head, 0, 0x28, 0xB5, 0x2F, 0xFD)) {
            return ZSTD;
        }
        if (startsWith(head, 0, '!', '<', 'a', 'r', 'c', 'h', '>')) {
            return AR;
        }
        return text(head);
    }

    private static FileKind text(byte[] head) {
        for (byte b : head) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f') {
                return UNKNOWN;
            }
        }
        String start = new String(head, 0, Math.min(head.length, 256), StandardCharsets.UTF_8)
                .stripLeading().toLowerCase(Locale.ROOT);
        if (start.startsWith("version https://git-lfs")) {
            return GIT_LFS;
        }
        return start.startsWith("<!doctype") || start.startsWith("<html") ? HTML : TEXT;
    }

    private static boolean startsWith(byte[] head, int at, int... bytes) {
        if (head.length < at + bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[at + i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
