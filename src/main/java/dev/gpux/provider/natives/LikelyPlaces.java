package dev.gpux.provider.natives;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Folders where people have CUDA, cuDNN, TensorRT and ROCm without the loader knowing: toolkits in {@code /usr/local}
 * and {@code /opt}, NVIDIA's packages for Python.
 */
public final class LikelyPlaces {
    private final List<Path> folders;

    private LikelyPlaces(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** Those of this machine, for this user. */
    public static LikelyPlaces ofMachine() {
        var folders = new LinkedHashSet<Path>();
        for (var root : List.of("/usr/local", "/opt")) {
            for (var toolkit : list(Path.of(root), "{cuda*,rocm*,TensorRT*,tensorrt*,intel}")) {
                folders.add(toolkit.resolve("lib64"));
                folders.add(toolkit.resolve("lib"));
                list(toolkit.resolve("targets"), "*").forEach(target -> folders.add(target.resolve("lib")));
            }
        }
        for (var packages : pythonPackages()) {
            list(packages.resolve("nvidia"), "*").forEach(package_ -> folders.add(package_.resolve("lib")));
            list(packages, "{tensorrt_libs,openvino}").forEach(package_ -> {
                folders.add(package_);
                folders.add(package_.resolve("libs"));
            });
        }
        return new LikelyPlaces(folders.stream().filter(Files::isDirectory).toList());
    }

    /** Those and no others. */
    static LikelyPlaces of(List<Path> folders) {
        return new LikelyPlaces(folders);
    }

    private static List<Path> pythonPackages() {
        var packages = new ArrayList<Path>();
        var roots = new ArrayList<>(List.of(Path.of("/usr"), Path.of("/usr/local"),
            Path.of(System.getProperty("user.home"), ".local"), Path.of("/opt/conda"), Path.of("/venv")));
        for (var variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isEmpty()).map(Path::of)
                .ifPresent(roots::add);
        }
        for (var root : roots) {
            for (var python : list(root.resolve("lib"), "python3*")) {
                packages.add(python.resolve("site-packages"));
                packages.add(python.resolve("dist-packages"));
            }
        }
        return packages;
    }

    private static List<Path> list(Path folder, String pattern) {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
                entries.forEach(found::add);
            } catch (IOException e) {
                // Not for this user.
            }
        }
        found.sort(null);
        return found;
    }

    /** The file of exactly this name, if it lies in one of them. */
    public Optional<Path> find(String fileName) {
        return folders.stream().map(folder -> folder.resolve(fileName)).filter(Files::isRegularFile).findFirst();
    }

    /** Files of the same library in another version: {@code libcublas.so.13} for {@code libcublas.so.12}. */
    public List<Path> otherVersions(String fileName, List<Path> more) {
        int so = fileName.indexOf(".so.");
        if (so < 0) {
            return List.of();
        }
        var plain = fileName.substring(0, so + ".so.".length());
        var others = new LinkedHashSet<Path>();
        for (var folder : concat(folders, more)) {
            list(folder, plain + "[0-9]*").stream()
                .filter(file -> !file.getFileName().toString().startsWith(fileName)).forEach(others::add);
        }
        return List.copyOf(others);
    }

    private static List<Path> concat(List<Path> first, List<Path> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
