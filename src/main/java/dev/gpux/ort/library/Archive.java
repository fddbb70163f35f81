package dev.gpux.ort.library;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An archive that may carry ONNX Runtime. Nothing is written but what {@link #unpack} is told to. */
interface Archive {

    /** A plain file in an archive. */
    interface Member {
        /** Its path as the archive has it, but with {@code /} between the folders. */
        String path();

        /** Its size in bytes, as the archive promises. */
        long size();

        /** Its content; valid during the visit only. */
        InputStream open() throws IOException;
    }

    /** Sees one file after the other. */
    @FunctionalInterface
    interface Visitor {
        /** @throws IOException if something cannot be written; problems of the archive are {@link LibraryException}s */
        void see(Member member) throws IOException;
    }

    /** The archive, for errors. */
    String name();

    /**
     * Shows every plain file, in the archive's order. Folders are not shown, nor are links: what a link in a release
     * archive points to ({@code libonnxruntime.so} → {@code libonnxruntime.so.1.29.0}) is there under its own name, and
     * is recognised by that.
     *
     * @throws LibraryException ({@code UNPACK_FAILED}) if the archive is damaged
     */
    void visit(Visitor visitor) throws IOException;

    /**
     * Puts the best library of an archive, and the shared libraries that lie beside it, into a folder.
     *
     * @param which which paths may be the library
     * @param where the words before the archive's name in errors
     * @return the library's file name
     * @throws LibraryException if there is none for this platform, or the archive is damaged
     */
    default String unpack(Predicate<String> which, Platform platform, String where, UnpackedFolder folder)
            throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        visit(member -> {
            if (which.test(member.path())) {
                try (InputStream in = member.open()) {
                    candidates.add(Candidate.of(member.path(), member.size(), in.readNBytes(NativeBinary.HEAD)));
                } catch (IOException e) {
                    throw UnpackedFolder.damaged(name() + ": " + member.path(), e.getMessage(), e);
                }
            }
        });
        String library = Candidate.best(candidates, platform, where,
                "no file in it is called " + platform.libraryName()).path();
        visit(member -> {
            String path = member.path();
            String name = Candidate.fileName(path);
            boolean companion = Candidate.folder(path).equals(Candidate.folder(library))
                    && Platform.isCompanion(name) && !Platform.isCore(name);
            if (companion || path.equals(library)) {
                try (InputStream in = member.open()) {
                    folder.add(name, member.size(), in, this.name() + ": " + path);
                }
            }
        });
        return Candidate.fileName(library);
    }
}
