package dev.gpux.ort.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Real libraries for the tests: those of the official Maven jar on the class path, and archives made of them. */
final class Natives {
    static final Platform HERE = Platform.current();
    static final Platform LINUX_ARM = Platform.of("Linux", "aarch64");

    private Natives() {
    }

    /** The content of ORT's library for a platform. */
    static byte[] library(Platform platform) {
        return resource("ai/onnxruntime/native/" + platform.folder() + "/" + platform.libraryName());
    }

    /** A small real shared library that is not ORT's: the glue of the official Java wrapper. */
    static byte[] smallLibrary() {
        return resource("ai/onnxruntime/native/" + HERE.folder() + "/" + System.mapLibraryName("onnxruntime4j_jni"));
    }

    private static byte[] resource(String name) {
        try (InputStream in = Natives.class.getClassLoader().getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file and the folders above it. */
    static Path write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    /** Makes a zip of names and contents in turn. */
    static Path zip(Path file, Object... namesAndContents) throws IOException {
        try (OutputStream out = Files.newOutputStream(file); var zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_SPEED);
            for (int i = 0; i < namesAndContents.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
                zip.write((byte[]) namesAndContents[i + 1]);
                zip.closeEntry();
            }
        }
        return file;
    }

    /** Runs a program of the system, for instance {@code tar}; fails if it fails. */
    static void run(Path folder, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(List.of(command) + ": " + output);
        }
    }

    /** The names in a folder, sorted. */
    static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
