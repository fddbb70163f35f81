package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.zip.ZipFile;

/** A folder, file or archive that somebody named: resolved to a library, or an error that says why not. */
final class GivenLocation {
    private final Origin origin;
    private final Platform platform;
    private final NativeCache cache;

    GivenLocation(Origin origin, Platform platform, NativeCache cache) {
        this.origin = origin;
        this.platform = platform;
        this.cache = cache;
    }

    /** @throws LibraryException if there is no usable library */
    Path resolve(Path location) {
        String where = origin.label() + " " + location;
        try {
            Path path = location.toAbsolutePath();
            if (!Files.exists(path)) {
                throw new LibraryException(LibraryException.Kind.NOT_FOUND, where + " does not exist. Give a folder, "
                        + "a library file, or a jar, zip or tgz that carries ONNX Runtime for " + platform.label()
                        + ".");
            }
            return Files.isDirectory(path) ? new FolderSearch(path, platform).best(where) : file(path, where);
        } catch (IOException e) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, where + " cannot be read: " + e, e);
        }
    }

    private Path file(Path file, String where) throws IOException {
        Candidate candidate = Candidate.of(file);
        switch (candidate.kind()) {
            case ZIP -> {
                return cache.obtain(key(file), folder -> unzip(file, where, folder));
            }
            case GZIP, TAR -> {
                boolean compressed = candidate.kind() == FileKind.GZIP;
                return cache.obtain(key(file), folder -> new TarArchive(file, compressed)
                        .unpack(GivenLocation::isCore, platform, where, folder));
            }
            default -> {
                candidate.problem(platform).ifPresent(problem -> {
                    throw new LibraryException(problem.kind(), where + " " + problem.why() + ".");
                });
                return file;
            }
        }
    }

    private String unzip(Path file, String where, UnpackedFolder folder) throws IOException {
        try (ZipFile zip = open(file, where)) {
            return new ZipArchive(zip).unpack(GivenLocation::isCore, platform, where, folder);
        }
    }

    private static ZipFile open(Path file, String where) {
        try {
            return new ZipFile(file.toFile());
        } catch (IOException e) {
            throw UnpackedFolder.damaged(where, e.getMessage(), e);
        }
    }

    private static boolean isCore(String path) {
        return Platform.isCore(Candidate.fileName(path));
    }

    private String key(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return file + "|" + attributes.size() + "|" + attributes.lastModifiedTime() + "|" + platform.folder();
    }
}
