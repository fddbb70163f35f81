package dev.gpux.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The SHA-256 of a content (FIPS 180-4).
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
    private static final String PREFIX = "sha256:";
    private static final int DIGITS = 64;
    private static final int SHORT = 12;
    private static final int CHUNK = 1 << 18;

    /**
     * Checks the digits.
     *
     * @throws StoreException if they are not 64 lower-case hexadecimal digits
     */
    public Digest {
        if (!isHex(hex)) {
            throw new StoreException("expected 64 lower-case hexadecimal digits of a SHA-256");
        }
    }

    /** Reads 64 hexadecimal digits of either case, with or without {@code sha256:}; empty if it is something else. */
    public static Optional<Digest> parse(String text) {
        var digits = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        return Optional.of(digits.toLowerCase(Locale.ROOT)).filter(Digest::isHex).map(Digest::new);
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return text.length() == DIGITS;
    }

    /** The digest of bytes. */
    public static Digest of(byte[] bytes) {
        var sha256 = sha256();
        sha256.update(bytes);
        return of(sha256);
    }

    /**
     * The digest of a file's content.
     *
     * @throws IOException if it cannot be read
     */
    public static Digest ofFile(Path file) throws IOException {
        var sha256 = sha256();
        var chunk = new byte[CHUNK];
        try (var in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                sha256.update(chunk, 0, read);
            }
        }
        return of(sha256);
    }

    /** The digest of what {@code sha256} was fed with. */
    public static Digest of(MessageDigest sha256) {
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    /** A SHA-256 that was fed with nothing so far. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** The first digits, enough for people. */
    public String abbreviated() {
        return hex.substring(0, SHORT);
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    /** {@code sha256:…}. */
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
