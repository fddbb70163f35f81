package dev.gpux.cli.run;

import dev.gpux.pipeline.PipelineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The files of a folder, in the order of their names; hidden ones and folders in it are left out. */
final class FolderFiles implements ItemSource {
    private final String input;
    private final List<Path> files;
    private volatile int next;

    /**
     * The files of {@code folder} for an input.
     *
     * @throws PipelineException if there are none
     */
    FolderFiles(String input, Path folder) throws IOException {
        this.input = input;
        try (var entries = Files.list(folder)) {
            this.files = entries.filter(file -> Files.isRegularFile(file)
                && !file.getFileName().toString().startsWith(".")).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new PipelineException("the folder " + folder + " has no files for input '" + input + "'");
        }
    }

    @Override
    public Optional<Item> next() {
        int index = next;
        if (index == files.size()) {
            return Optional.empty();
        }
        next = index + 1;
        return Optional.of(new Item.InFolder(input, files.get(index)));
    }

    @Override
    public OptionalDouble done() {
        return OptionalDouble.of((double) next / files.size());
    }

    @Override
    public void close() { }
}
