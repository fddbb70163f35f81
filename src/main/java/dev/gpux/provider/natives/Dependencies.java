package dev.gpux.provider.natives;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Walks through everything that a library needs, as the system's loader would. */
public final class Dependencies {
    private static final int MOST = 4096;

    private final SearchPath search;
    private final List<Dependency> found = new ArrayList<>();
    private final ArrayDeque<Path> open = new ArrayDeque<>();
    private final HashSet<String> seen = new HashSet<>();

    private Dependencies(SearchPath search) {
        this.search = search;
    }

    /**
     * A library that is needed.
     *
     * @param name what it is asked for by
     * @param by the file that needs it, the first that was come by
     * @param file what the loader takes; empty if there is none
     * @param shadowed other files of that name, which it does not take because of the first
     * @param damage why the file is no good; empty if it is
     */
    public record Dependency(String name, Path by, Optional<Path> file, List<Path> shadowed, Optional<String> damage) {
        /** Keeps an immutable copy. */
        public Dependency {
            shadowed = List.copyOf(shadowed);
        }

        /** Whether nothing of that name was found. */
        public boolean isMissing() {
            return file.isEmpty();
        }
    }

    /**
     * All libraries that {@code library} needs, directly and through others; those that the system has without files
     * are not among them.
     *
     * @throws NativeFormatException if {@code library} itself is no library
     */
    public static List<Dependency> of(Path library, SearchPath search) throws IOException, NativeFormatException {
        var walk = new Dependencies(search);
        walk.visit(library, NativeImage.read(library));
        while (!walk.open.isEmpty() && walk.found.size() < MOST) {
            walk.visit(walk.open.poll());
        }
        return List.copyOf(walk.found);
    }

    private void visit(Path library) {
        try {
            visit(library, NativeImage.read(library));
        } catch (IOException | NativeFormatException e) {
            // Told by the entry of whoever needs it.
        }
    }

    private void visit(Path library, NativeImage image) {
        for (var name : image.needed()) {
            if (seen.add(name) && !search.isBuiltIn(name)) {
                add(name, library, image);
            }
        }
    }

    private void add(String name, Path by, NativeImage image) {
        var files = search.find(name, by, image);
        if (files.isEmpty()) {
            found.add(new Dependency(name, by, Optional.empty(), List.of(), Optional.empty()));
            return;
        }
        var file = files.getFirst();
        found.add(new Dependency(name, by, Optional.of(file), files.subList(1, files.size()), damage(file)));
        open.add(file);
    }

    private static Optional<String> damage(Path file) {
        try {
            NativeImage.read(file);
            return Optional.empty();
        } catch (NativeFormatException e) {
            return Optional.of(e.getMessage());
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e.getMessage());
        }
    }
}
