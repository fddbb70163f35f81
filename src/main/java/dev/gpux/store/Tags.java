package dev.gpux.store;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names of the store: a folder for each name, in it a small text for each tag. */
record Tags(Path folder) {
    private Path file(ModelName name) {
        return folder.resolve(name.name()).resolve(name.tag());
    }

    /**
     * What a name stands for; empty if there is no such name.
     *
     * @throws StoreException if its text is damaged
     */
    Optional<Tagged> read(ModelName name) throws IOException {
        try {
            return Optional.of(Tagged.parse(name, Disk.readSmall(file(name), Tagged.MOST_BYTES)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether there is such a name, or nobody can say: then to read it fails. */
    boolean has(ModelName name) {
        return !Files.notExists(file(name));
    }

    /** Gives a name; the text is first written to a file in {@code temporary}. */
    void write(Tagged tagged, Path temporary) throws IOException {
        var text = temporary.resolve("tag-" + tagged.name().name() + "-" + tagged.name().tag());
        Disk.write(text, tagged.text());
        Disk.publish(text, file(tagged.name()));
    }

    void delete(ModelName name) throws IOException {
        var file = file(name);
        Files.deleteIfExists(file);
        try {
            Files.deleteIfExists(file.getParent());
        } catch (DirectoryNotEmptyException e) {
            // The name has other tags.
        }
        Disk.syncFolder(folder);
    }

    /** All names, sorted. */
    List<ModelName> names() throws IOException {
        var names = new ArrayList<ModelName>();
        for (var name : Disk.list(folder)) {
            for (var tag : Disk.list(name)) {
                ModelName.parse(name.getFileName() + ":" + tag.getFileName()).ifPresent(names::add);
            }
        }
        names.sort(null);
        return names;
    }
}
