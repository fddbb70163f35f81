package dev.gpux.ort.library;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A file that has the name of ONNX Runtime's library, or that somebody says is it; on the disk or in an archive.
 *
 * @param path   its path, with {@code /} between the folders
 * @param size   in bytes
 * @param kind   what its first bytes say
 * @param binary its header, if it is an executable file
 */
record Candidate(String path, long size, FileKind kind, Optional<NativeBinary> binary) {

    /** Nearest first, then the plain name before a versioned one, then the newest version. */
    static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::depth)
            .thenComparing(candidate -> Version.of(candidate.fileName()), Comparator.reverseOrder())
            .thenComparing(Candidate::path);

    /**
     * Why a candidate cannot be used.
     *
     * @param why goes behind the file's path: "is a text file, not a library"
     */
    record Problem(LibraryException.Kind kind, String why) {
    }

    static Candidate of(String path, long size, byte[] head) {
        return new Candidate(path, size, FileKind.of(head), NativeBinary.read(head));
    }

    static Candidate of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String path = file.toString().replace(File.separatorChar, '/');
            return of(path, Files.size(file), in.readNBytes(NativeBinary.HEAD));
        }
    }

    /** The part of a path behind its last slash. */
    static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The part of a path up to and with its last slash. */
    static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    String fileName() {
        return fileName(path);
    }

    private int depth() {
        int depth = 0;
        for (int i = path.indexOf('/'); i >= 0; i = path.indexOf('/', i + 1)) {
            depth++;
        }
        return depth;
    }

    /** What speaks against loading it on this platform; empty if nothing does. */
    Optional<Problem> problem(Platform platform) {
        if (binary.isEmpty()) {
            return Optional.of(new Problem(LibraryException.Kind.NOT_A_LIBRARY,
                    "is " + kind.label() + ", not a library"));
        }
        NativeBinary header = binary.get();
        if (size < header.extent()) {
            String expected = header.extent() == Long.MAX_VALUE ? "its header makes no sense"
                    : size + " bytes, but its header tells of " + header.extent();
            return Optional.of(new Problem(LibraryException.Kind.NOT_A_LIBRARY,
                    "is damaged or cut off: " + expected));
        }
        if (!header.runsOn(platform)) {
            return Optional.of(new Problem(LibraryException.Kind.WRONG_ARCHITECTURE, "is " + header.label()));
        }
        return header.shared() ? Optional.empty() : Optional.of(new Problem(LibraryException.Kind.NOT_A_LIBRARY,
                "is an executable file, but not a shared library"));
    }

    /**
     * The best of several that can be used.
     *
     * @param where    the folder or archive they are in, with the words before it: {@code --ort /x/y}
     * @param expected what was looked for, if there is no candidate at all
     * @throws LibraryException if none can be used; it says why for each
     */
    static Candidate best(List<Candidate> candidates, Platform platform, String where, String expected) {
        if (candidates.isEmpty()) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, where + " holds no ONNX Runtime library: "
                    + expected + ".");
        }
        var problems = new StringBuilder();
        LibraryException.Kind kind = LibraryException.Kind.NOT_A_LIBRARY;
        for (Candidate candidate : candidates.stream().sorted(BEST_FIRST).toList()) {
            Optional<Problem> problem = candidate.problem(platform);
            if (problem.isEmpty()) {
                return candidate;
            }
            if (problem.get().kind() == LibraryException.Kind.WRONG_ARCHITECTURE) {
                kind = problem.get().kind();
            }
            problems.append("\n  ").append(candidate.path).append(' ').append(problem.get().why());
        }
        throw new LibraryException(kind, where + " holds no ONNX Runtime library for this JVM, which runs on "
                + platform.label() + ":" + problems);
    }
}
