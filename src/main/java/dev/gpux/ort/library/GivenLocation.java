package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
                throw new LibraryException(LibraryException.Kind.NOT_FOUND, where + " does not exist." + advice());
            }
            return Files.isDirectory(path) ? new FolderSearch(path, platform).best(where) : file(path, where);
        } catch (IOException e) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, where + " cannot be read: "
                    + Reason.of(e) + ".", e);
        }
    }

    private Path file(Path file, String where) throws IOException {
        // A pipe might never say anything.
        if (!Files.isRegularFile(file)) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, where + " is no file." + advice());
        }
        Candidate candidate = Candidate.of(file);
        return switch (candidate.kind()) {
            case ZIP -> unpacked(file, folder -> unzip(file, where, folder));
            case GZIP, TAR -> unpacked(file, folder -> new TarArchive(file, candidate.kind() == FileKind.GZIP)
                    .unpack(GivenLocation::isCore, platform, where, folder));
            default -> {
                Optional<Candidate.Problem> problem = candidate.problem(platform);
                if (problem.isPresent()) {
                    throw new LibraryException(problem.get().kind(), where + " " + problem.get().why() + "."
                            + advice());
                }
                yield file;
            }
        };
    }

    private String advice() {
        return " This JVM runs on " + platform.label() + ": give a folder, a library file, or a jar, zip or tgz that "
                + "carries ONNX Runtime for it.";
    }

    private Path unpacked(Path archive, NativeCache.Unpacking unpacking) throws IOException {
        BasicFileAttributes file = Files.readAttributes(archive, BasicFileAttributes.class);
        String key = archive + "|" + file.size() + "|" + file.lastModifiedTime().to(TimeUnit.NANOSECONDS) + "|"
                + platform.folder();
        Optional<Path> known = cache.find(key);
        return known.isPresent() ? known.get() : cache.unpack(key, unpacking);
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
}
