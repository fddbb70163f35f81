package dev.gpux.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where pulled models came from, so that a GPUXfile that names a source on the net finds its model here. */
record Sources(Path folder) {
    private static final String HEADER = "gpux source 1";
    private static final int MOST_BYTES = 4096;

    /**
     * What was pulled from a source.
     *
     * @param bundle the bundle
     * @param model the model's file in it
     */
    record Pulled(Digest bundle, BundlePath model) { }

    private Path file(String source) {
        return folder.resolve(Digest.of(source.getBytes(StandardCharsets.UTF_8)).hex());
    }

    Optional<Pulled> read(String source) throws IOException {
        return read(file(source));
    }

    private static Optional<Pulled> read(Path file) throws IOException {
        try {
            var lines = Manifest.lines(Disk.readSmall(file, MOST_BYTES), HEADER, "record of a source");
            var bundle = lines.size() == 2 ? Digest.parse(lines.get(0)) : Optional.<Digest>empty();
            return bundle.map(digest -> new Pulled(digest, new BundlePath(lines.get(1))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void write(String source, Pulled pulled, Path temporary) throws IOException {
        var text = temporary.resolve("source");
        Disk.write(text, (HEADER + "\n" + pulled.bundle() + "\n" + pulled.model() + "\n")
            .getBytes(StandardCharsets.UTF_8));
        Disk.publish(text, file(source));
    }

    /** Every record, with what it says if that can be read. */
    List<Path> all() throws IOException {
        return Disk.list(folder);
    }

    /** The bundle of a record; empty if it is damaged. */
    static Optional<Digest> bundle(Path record) throws IOException {
        try {
            return read(record).map(Pulled::bundle);
        } catch (StoreException e) {
            return Optional.empty();
        }
    }
}
