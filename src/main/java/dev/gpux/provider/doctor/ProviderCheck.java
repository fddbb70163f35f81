package dev.gpux.provider.doctor;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import dev.gpux.provider.Build;
import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.natives.Dependencies;
import dev.gpux.provider.natives.Dependencies.Dependency;
import dev.gpux.provider.natives.KnownLibrary;
import dev.gpux.provider.natives.LikelyPlaces;
import dev.gpux.provider.natives.NativeFormatException;
import dev.gpux.provider.natives.NativeImage;
import dev.gpux.provider.natives.SearchPath;
import dev.gpux.provider.selection.Candidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The providers that were compiled in: whether they can be used, and every library that theirs need. */
record ProviderCheck(Build build, SearchPath search, LikelyPlaces places, Optional<CudaDriver> driver) {

    List<Finding> examine(List<Candidate> survey) {
        var findings = new ArrayList<Finding>();
        for (var candidate : survey) {
            if (candidate.compiled() && !candidate.provider().name().equals("cpu")) {
                findings.addAll(examine(candidate));
            }
        }
        return findings;
    }

    private List<Finding> examine(Candidate candidate) {
        var info = candidate.provider();
        var findings = new ArrayList<Finding>();
        var files = ownLibraries(info);
        for (var file : files) {
            if (Files.isRegularFile(file)) {
                findings.addAll(libraries(info, file));
                // The shared one is part of every provider; it is worth a word only if something is wrong with it.
                findings.removeIf(finding -> finding.level() == Finding.Level.OK && file.equals(files.getFirst()));
            } else if (!candidate.usable()) {
                findings.add(Finding.problem(info.label(), file.getFileName() + " is not beside " + build.library(),
                    "use a complete build: " + info.found()));
            }
        }
        if (candidate.usable()) {
            findings.addFirst(Finding.ok(info.label(), "usable: a session was opened on it"
                + (candidate.reason().isEmpty() ? "" : "; but " + candidate.reason())));
        } else if (findings.stream().noneMatch(finding -> finding.level() == Finding.Level.PROBLEM)) {
            findings.addFirst(Finding.problem(info.label(), "not usable: " + candidate.reason(), device(info)));
        }
        return findings;
    }

    /** What to do where every library is there and the provider refuses all the same. */
    private static String device(ProviderInfo info) {
        return info.name().equals("webgpu") && Platform.current().os() == Os.LINUX
            ? "it needs a GPU with Vulkan: " + KnownLibrary.of("libvulkan.so.1").orElseThrow().install()
            : "look at what is said of GPUs and drivers";
    }

    /** A provider with a library of its own is loaded from beside the core, together with one that they share. */
    private List<Path> ownLibraries(ProviderInfo info) {
        var folder = build.library().toAbsolutePath().getParent();
        var platform = Platform.current();
        return ProviderLibraries.of(info).map(name -> List.of(folder.resolve(platform.providerLibraryName("shared")),
            folder.resolve(platform.providerLibraryName(name)))).orElse(List.of());
    }

    private List<Finding> libraries(ProviderInfo info, Path library) {
        var findings = new ArrayList<Finding>();
        try {
            var dependencies = Dependencies.of(library, search);
            dependencies.stream().filter(missing -> missing.isMissing() && !isLoadedBefore(library, missing))
                .forEach(missing -> findings.add(missing(info, library, missing)));
            for (var dependency : dependencies) {
                damaged(info, dependency).ifPresent(findings::add);
                shadowed(info, dependency).ifPresent(findings::add);
            }
            if (findings.isEmpty()) {
                findings.add(Finding.ok(info.label(), library.getFileName() + " finds all " + dependencies.size()
                    + " libraries that it needs"));
            }
            findings.addAll(later(info, dependencies));
            DriverCheck.tooOld(info, dependencies, driver).ifPresent(findings::add);
        } catch (IOException | NativeFormatException e) {
            findings.add(Finding.problem(info.label(), library + " " + e.getMessage(), "fetch ONNX Runtime again"));
        }
        return findings;
    }

    /** ORT loads what its providers share by its path, before them; then they find it by its name. */
    private static boolean isLoadedBefore(Path library, Dependency dependency) {
        var shared = Platform.current().providerLibraryName("shared");
        return dependency.name().equals(shared) && Files.isRegularFile(library.resolveSibling(shared));
    }

    private Finding missing(ProviderInfo info, Path library, Dependency missing) {
        var by = missing.by().equals(library) ? library.getFileName().toString()
            : missing.by().getFileName() + " needs it, which " + library.getFileName();
        var what = missing.name() + " is missing: " + by + " needs it";
        return Finding.problem(info.label(), what, advice(missing.name()));
    }

    private String advice(String name) {
        var there = places.find(name);
        if (there.isPresent()) {
            return "it is installed in " + there.get().getParent() + ", where the loader does not look: add that "
                + "folder to LD_LIBRARY_PATH";
        }
        var known = KnownLibrary.of(name);
        var install = known.map(KnownLibrary::install).orElse("install the library that has this file");
        var others = places.otherVersions(name, SearchPath.folders("LD_LIBRARY_PATH"));
        if (others.isEmpty()) {
            return install;
        }
        var other = others.getFirst();
        var version = KnownLibrary.of(other.getFileName().toString()).map(KnownLibrary::toString)
            .orElse(other.getFileName().toString());
        return "there is another version, " + other + " (" + version + "); this build of ONNX Runtime wants "
            + known.map(KnownLibrary::toString).orElse(name) + ": " + install + ", or use a build for the version that "
            + "you have";
    }

    /** Libraries that the provider loads by itself when it first needs them; without them some models fail. */
    private List<Finding> later(ProviderInfo info, List<Dependency> dependencies) {
        var findings = new ArrayList<Finding>();
        for (var name : ProviderLibraries.loadedLater(info, dependencies.stream().map(Dependency::name).toList())) {
            boolean found = !search.find(name, build.library(), NativeImage.without(NativeImage.Format.ELF)).isEmpty();
            if (!found) {
                findings.add(Finding.warning(info.label(), name + " is not found, which the provider loads when a "
                    + "model needs it", advice(name)));
            }
        }
        return findings;
    }

    private static Optional<Finding> damaged(ProviderInfo info, Dependency dependency) {
        return dependency.damage().map(damage -> Finding.problem(info.label(), dependency.file().orElseThrow() + " "
            + damage, "install it again"));
    }

    /** The same name twice with different content is a trap; twice the same file under two names is not. */
    private static Optional<Finding> shadowed(ProviderInfo info, Dependency dependency) {
        if (dependency.shadowed().isEmpty() || KnownLibrary.of(dependency.name()).isEmpty()) {
            return Optional.empty();
        }
        var taken = dependency.file().orElseThrow();
        return Optional.of(Finding.warning(info.label(), dependency.name() + " is there more than once: " + taken
            + " is taken, " + dependency.shadowed().getFirst() + " is not", "if that is the wrong one, put the right "
            + "folder first in LD_LIBRARY_PATH"));
    }
}
