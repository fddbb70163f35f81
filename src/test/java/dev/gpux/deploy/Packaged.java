package dev.gpux.deploy;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What the first stage of {@code deploy/Dockerfile} makes of {@code target/gpux.jar}: a package, its archive, and the root
 * file system of the image. Made once for all tests, and removed when they are over.
 */
final class Packaged {
    static final String NAME = "gpux";
    private static final Path FOLDER = make();

    private Packaged() { }

    static Path folder() {
        return FOLDER.resolve(NAME);
    }

    static Path archive() {
        return FOLDER.resolve(NAME + ".tar.gz");
    }

    /** The root file system; a copy is cheaper than making it anew. */
    static Path root() {
        return FOLDER.resolve("root");
    }

    private static Path jar() {
        var jar = Path.of(System.getProperty("gpux.jar", "target/gpux.jar")).toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("these tests package the jar: mvn verify builds it, " + jar + " is missing");
        }
        return jar;
    }

    private static Path make() {
        try {
            var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "package").toAbsolutePath();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            Dockerfile.read(Path.of("deploy/Dockerfile")).build(folder, Map.of("target/gpux.jar", jar()));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static Ended makeIn(Path folder) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var made = Ended.of(Map.of("HOME", folder.toString(), "LC_ALL", "C.UTF-8"), java,
            "--enable-native-access=ALL-UNNAMED", "-jar", jar().toString(), "package", "-o",
            folder.resolve(NAME).toString());
        if (made.code() != 0) {
            throw new AssertionError("gpux package: " + made);
        }
        return made;
    }

    /** A model of one operator: y = softmax(x), float32[N, 3]. */
    static Path writeModel(Path file) throws IOException {
        OnnxWriter.write(ModelBuilder.create()
            .input("x", OnnxDataType.FLOAT, "N", 3)
            .node("Softmax", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "N", 3)
            .build(), file);
        return file;
    }

    static void delete(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
