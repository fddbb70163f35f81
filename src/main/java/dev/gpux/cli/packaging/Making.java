package dev.gpux.cli.packaging;

import dev.gpux.store.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * One package while it is made, in a folder that is not there yet.
 *
 * @param folder where it is made
 * @param steps is told what is done next, for people
 */
record Making(Path folder, Consumer<String> steps) {
    private static final String LAUNCHER = "gpux";

    /** @param archive the tar.gz, which appears when it is whole */
    void make(ProgramJar jar, Path library, Path archive) throws IOException {
        var lib = Files.createDirectories(folder.resolve("lib"));
        var runtime = new JavaRuntime(folder.resolve("jre"));
        steps.accept("linking a Java runtime");
        runtime.link();
        steps.accept("packing " + library.getFileName());
        var program = lib.resolve("gpux.jar");
        jar.copyWithoutNatives(program);
        copyLibraries(library, lib);
        try (var launcher = Making.class.getResourceAsStream(LAUNCHER)) {
            if (launcher == null) {
                throw new IOException("this gpux.jar carries no launcher; build it with Maven");
            }
            Files.copy(launcher, folder.resolve(LAUNCHER));
        }
        FileTree.makeExecutable(folder.resolve(LAUNCHER));
        // Before the training: the AOT cache remembers these times.
        FileTree.settle(folder, jar.time());
        steps.accept("training the AOT cache");
        new AotTrainingRun(runtime, program).make(lib.resolve("gpux.aot"));
        FileTree.settle(folder, jar.time());
        steps.accept("writing " + archive.getFileName());
        writeArchive(archive, jar.time());
    }

    /** The library and what of ONNX Runtime is beside it: its providers. */
    private static void copyLibraries(Path library, Path lib) throws IOException {
        Files.copy(library, lib.resolve(System.mapLibraryName("onnxruntime")));
        try (var beside = Files.newDirectoryStream(library.getParent(), "*onnxruntime_providers_*")) {
            for (var provider : beside) {
                Files.copy(provider, lib.resolve(provider.getFileName()));
            }
        }
    }

    private void writeArchive(Path archive, FileTime time) throws IOException {
        var name = archive.getFileName().toString();
        var root = name.substring(0, name.length() - ".tar.gz".length());
        var part = archive.resolveSibling(folder.getFileName() + ".tar.gz");
        try {
            try (var out = new BufferedOutputStream(new GZIPOutputStream(
                    Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)))) {
                var tar = new TarWriter(out, time.toInstant().getEpochSecond());
                for (var file : FileTree.files(folder)) {
                    try (var content = Files.newInputStream(file)) {
                        var inside = root + "/" + folder.relativize(file).toString().replace('\\', '/');
                        tar.file(inside, FileTree.mode(file), Files.size(file), content);
                    }
                }
                tar.end();
            }
            Files.move(part, archive);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
