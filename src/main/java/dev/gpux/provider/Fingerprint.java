package dev.gpux.provider;

import dev.gpux.ort.library.Platform;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that may change whether a provider can be used on this machine: the library and those beside it, the
 * system, the drivers, the device nodes, where the loader looks. Reading it costs a few file attributes and opens no
 * device.
 */
public final class Fingerprint {
    private static final List<String> VARIABLES = List.of("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH",
        "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
        "VK_DRIVER_FILES", "VK_ICD_FILENAMES", "ASCEND_RT_VISIBLE_DEVICES");
    /** Contents that name a driver's version. */
    private static final List<String> VERSIONS = List.of("/proc/driver/nvidia/version",
        "/sys/module/amdgpu/version", "/etc/machine-id");
    /** Files that change when a driver or a library is installed. */
    private static final List<String> INSTALLED = List.of("/etc/ld.so.cache", "C:\\Windows\\System32\\nvcuda.dll",
        "C:\\Windows\\System32\\amdhip64.dll");
    private static final int MOST_BYTES = 4096;

    private Fingerprint() { }

    /** One line a fact. */
    public static String of(Path library) {
        var lines = new ArrayList<String>();
        lines.add(System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + Platform.current().label());
        beside(library).forEach(file -> lines.add(stamp(file)));
        VARIABLES.forEach(name -> lines.add(name + "=" + System.getenv().getOrDefault(name, "")));
        Stream.of("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH").flatMap(name -> folders(System.getenv(name)))
            .forEach(folder -> lines.add(stamp(folder)));
        VERSIONS.forEach(file -> lines.add(file + "=" + head(Path.of(file))));
        INSTALLED.forEach(file -> path(file).ifPresent(path -> lines.add(stamp(path))));
        lines.add(String.join(" ", GpuNodes.present()));
        return String.join("\n", lines);
    }

    /** The library and the providers' beside it. */
    private static List<Path> beside(Path library) {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(library.toAbsolutePath().getParent(),
                "*onnxruntime*")) {
            folder.forEach(files::add);
        } catch (IOException e) {
            // The library was loaded from there a moment ago; without the folder its own stamp has to do.
            files.add(library);
        }
        files.sort(null);
        return files;
    }

    private static Stream<Path> folders(String searchPath) {
        return searchPath == null ? Stream.empty()
            : Stream.of(searchPath.split(File.pathSeparator)).filter(folder -> !folder.isEmpty())
                .flatMap(folder -> path(folder).stream());
    }

    private static Optional<Path> path(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String stamp(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return file + "|" + attributes.size() + "|" + attributes.lastModifiedTime();
        } catch (IOException e) {
            return file + "|none";
        }
    }

    private static String head(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
