package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;

/** Reads bytes as an archive with ONNX Runtime in it; for the fuzz tests, which are in another package. */
public final class LibraryArchiveFuzz {
    private static final int LONGEST_MESSAGE = 2000;
    private static final int SEED_SIZE = 4096;
    private static long files;

    private LibraryArchiveFuzz() { }

    /** Unpacks what is in it, or refuses it; then nothing but what was asked for is in the folder. */
    public static void read(byte[] input, Path scratch, String name) throws IOException {
        long number = files++;
        var file = Files.write(scratch.resolve(number + name), input);
        var folder = Files.createDirectory(scratch.resolve("unpacked" + number));
        try {
            unpack(file, new UnpackedFolder(folder));
        } catch (LibraryException e) {
            if (e.getMessage().length() > LONGEST_MESSAGE) {
                throw new AssertionError("a message of " + e.getMessage().length() + " characters", e);
            }
        } finally {
            try (var unpacked = Files.list(folder)) {
                for (var one : unpacked.toList()) {
                    Files.delete(one);
                }
            }
            Files.delete(folder);
            Files.delete(file);
        }
    }

    /** Small archives with what looks like ONNX Runtime for this machine, and a companion. */
    public static List<byte[]> seeds(Path scratch, boolean zip) throws IOException {
        var library = Arrays.copyOf(Natives.smallLibrary(), SEED_SIZE);
        var root = "release/lib/";
        var file = scratch.resolve("seed.zip");
        if (zip) {
            Natives.zip(file, root + Natives.HERE.libraryName(), library, root + "README", new byte[] {1},
                root + "libonnxruntime_providers_shared.so", library);
        } else {
            var folder = scratch.resolve("seed");
            Natives.write(folder.resolve(root).resolve(Natives.HERE.libraryName()), library);
            Natives.write(folder.resolve(root).resolve("libonnxruntime_providers_shared.so"), new byte[] {1});
            try {
                Natives.run(folder, "tar", "--format=pax", "-cf", file.toString(), "release");
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        var seed = Files.readAllBytes(file);
        Files.delete(file);
        return List.of(seed);
    }

    private static void unpack(Path file, UnpackedFolder folder) throws IOException {
        if (file.toString().endsWith(".tar")) {
            new TarArchive(file, false).unpack(LibraryArchiveFuzz::isCore, Natives.HERE, "the archive", folder);
            return;
        }
        try (var zip = open(file)) {
            new ZipArchive(zip).unpack(LibraryArchiveFuzz::isCore, Natives.HERE, "the archive", folder);
        }
    }

    private static ZipFile open(Path file) {
        try {
            return new ZipFile(file.toFile());
        } catch (IOException e) {
            throw UnpackedFolder.damaged("the archive", e.getMessage(), e);
        }
    }

    private static boolean isCore(String path) {
        return Platform.isCore(Candidate.fileName(path));
    }
}
