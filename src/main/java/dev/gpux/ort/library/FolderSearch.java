package dev.gpux.ort.library;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for ONNX Runtime in a folder, level by level: whether the folder is a release's, its {@code lib}, an npm
 * package, a Python package or an unpacked jar, the file's name says that it is ONNX Runtime and its header what for.
 */
final class FolderSearch {
    // node_modules/onnxruntime-node/bin/napi-v6/linux/x64 has six levels.
    private static final int DEEPEST = 8;
    private static final int MOST_ENTRIES = 20_000;

    private final Path root;
    private final Platform platform;
    private int seen;

    FolderSearch(Path root, Platform platform) {
        this.root = root;
        this.platform = platform;
    }

    /**
     * The library nearest to the folder that this platform can load.
     *
     * @throws IOException      if the folder itself cannot be listed
     * @throws LibraryException if there is none
     */
    Path best(String where) throws IOException {
        var candidates = new ArrayList<Candidate>();
        List<Path> level = List.of(root);
        for (int depth = 0; depth <= DEEPEST && !level.isEmpty() && seen < MOST_ENTRIES; depth++) {
            var below = new ArrayList<Path>();
            for (Path folder : level) {
                list(folder, candidates, below);
            }
            if (candidates.stream().anyMatch(candidate -> candidate.problem(platform).isEmpty())) {
                break;
            }
            level = below;
        }
        String expected = "no " + platform.libraryName() + " in it or in a folder below it";
        return Path.of(Candidate.best(candidates, platform, where, expected).path());
    }

    private void list(Path folder, List<Candidate> candidates, List<Path> below) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (++seen > MOST_ENTRIES) {
                    return;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    below.add(entry);
                } else if (Platform.isCore(entry.getFileName().toString()) && Files.isRegularFile(entry)) {
                    candidates.add(Candidate.of(entry));
                }
            }
        } catch (IOException e) {
            // A folder below that may not be read is none of our business.
            if (folder.equals(root)) {
                throw e;
            }
        }
    }
}
