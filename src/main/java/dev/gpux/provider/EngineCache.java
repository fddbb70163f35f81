package dev.gpux.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Where compiled models are kept: one folder for one model on one machine with one set of versions, because compilers
 * take an engine of another model, device or driver for their own when they find one.
 */
public final class EngineCache {
    private EngineCache() { }

    /**
     * The folder for {@code model}; made by whoever writes to it.
     *
     * @param root the cache folder
     * @param kind what compiles: {@code tensorrt}
     */
    public static Path folder(Path root, String kind, Path model, Build build) {
        var key = stamp(model) + "\n" + build + "\n" + Fingerprint.of(build.library());
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return root.resolve(kind).resolve(HexFormat.of().formatHex(hash, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static String stamp(Path model) {
        try {
            var attributes = Files.readAttributes(model, BasicFileAttributes.class);
            return model.toRealPath() + "|" + attributes.size() + "|" + attributes.lastModifiedTime();
        } catch (IOException e) {
            return model.toAbsolutePath().toString();
        }
    }
}
