package dev.gpux.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Folders in which each bundle's files have their own names, as links to the contents: ONNX Runtime finds a model's
 * external data by name, beside the model. A folder can be made again from the manifest at any time.
 */
record Bundles(Path folder, Blobs blobs) {
    Path folder(Digest bundle) {
        return folder.resolve(bundle.hex());
    }

    /** What is wrong with a bundle's folder; empty if all files are there and of the right length. */
    Optional<String> problem(Digest bundle, Manifest manifest) throws IOException {
        var home = folder(bundle);
        for (var file : manifest.files()) {
            var path = file.path().in(home);
            if (!Files.isRegularFile(path)) {
                return Optional.of("the file " + file.path() + " is missing");
            }
            if (Files.size(path) != file.size()) {
                return Optional.of("the file " + file.path() + " has " + Files.size(path) + " bytes, expected "
                    + file.size());
            }
        }
        return Optional.empty();
    }

    /**
     * Makes a bundle's folder if there is none that is whole.
     *
     * @param temporary a folder on the same file system
     * @throws StoreException if a content is missing
     */
    void install(Digest bundle, Manifest manifest, Path temporary) throws IOException {
        if (problem(bundle, manifest).isEmpty()) {
            return;
        }
        var made = Files.createDirectories(temporary.resolve("bundle-" + bundle.hex()));
        for (var file : manifest.files()) {
            if (!blobs.has(file.digest(), file.size())) {
                throw new StoreException("the store is damaged: the content of " + file.path()
                    + " is missing; build or pull the model again");
            }
            var path = file.path().in(made);
            Files.createDirectories(path.getParent());
            link(path, blobs.file(file.digest()));
        }
        var home = folder(bundle);
        if (Files.exists(home)) {
            Disk.publish(home, temporary.resolve("damaged-" + bundle.hex()));
        }
        Disk.publishFolder(made, home);
    }

    /** Not a symbolic link: a model that is one leads readers to a folder where its external data have other names. */
    private static void link(Path path, Path content) throws IOException {
        Files.deleteIfExists(path);
        try {
            Files.createLink(path, content);
        } catch (UnsupportedOperationException | IOException e) {
            if (e instanceof FileAlreadyExistsException) {
                throw e;
            }
            // Some file systems have no links, and those that have allow only so many to one file.
            Files.copy(content, path);
        }
    }

    /** The digests of all bundles that have a folder. */
    List<Digest> all() throws IOException {
        return Disk.list(folder).stream().flatMap(file -> Digest.parse(file.getFileName().toString()).stream()).toList();
    }
}
