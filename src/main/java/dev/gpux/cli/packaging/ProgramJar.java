package dev.gpux.cli.packaging;

import dev.gpux.cli.common.UsageException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.ZoneOffset;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * The {@code gpux.jar} that runs.
 *
 * @param file where it is
 * @param time when it was built, as its manifest's entry says: the same for the same sources
 */
record ProgramJar(Path file, FileTime time) {
    private static final String NATIVES = "ai/onnxruntime/native/";

    /** @throws UsageException if the classes that run are in no jar, or in the thin one that people link */
    static ProgramJar running() throws IOException {
        Path file;
        try {
            file = Path.of(ProgramJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException("the place of GPUX's own classes is no path: " + e.getMessage(), e);
        }
        if (!Files.isRegularFile(file)) {
            throw new UsageException("gpux package packs a gpux.jar, and these classes are in the folder " + file);
        }
        try (var zip = new ZipFile(file.toFile())) {
            if (zip.getEntry("picocli/CommandLine.class") == null) {
                throw new UsageException(file + " is not gpux.jar: the libraries that it needs are not in it");
            }
            var manifest = zip.getEntry("META-INF/MANIFEST.MF");
            var time = manifest == null ? FileTime.fromMillis(0)
                : FileTime.from(manifest.getTimeLocal().toInstant(ZoneOffset.UTC));
            return new ProgramJar(file, time);
        }
    }

    /** Writes the jar, entry by entry in its order, but for ONNX Runtime, which lies beside it in a package. */
    void copyWithoutNatives(Path target) throws IOException {
        try (var zip = new ZipFile(file.toFile());
             var out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (var entries = zip.entries(); entries.hasMoreElements();) {
                var entry = entries.nextElement();
                if (!entry.getName().startsWith(NATIVES)) {
                    copy(zip, entry, out);
                }
            }
        }
    }

    private static void copy(ZipFile zip, ZipEntry entry, ZipOutputStream out) throws IOException {
        var copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(copy);
        try (var content = zip.getInputStream(entry)) {
            content.transferTo(out);
        }
        out.closeEntry();
    }
}
