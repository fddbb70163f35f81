package dev.gpux.ort.library;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ONNX Runtime installed on the system: in a folder of {@code java.library.path}, which has the system's own
 * variable ({@code LD_LIBRARY_PATH}, {@code PATH}) in it, or where the loader itself looks.
 */
final class SystemLibrary {
    // Debian's library has its minor version in its name: libonnxruntime.so.1.21. Newer ones than this may come.
    private static final int NEWEST_MINOR = 60;
    private static final int OLDEST_MINOR = 17;

    private final Platform platform;

    SystemLibrary(Platform platform) {
        this.platform = platform;
    }

    /** The installed library; empty if there is none, then {@code skipped} says where it was looked for. */
    Optional<Path> find(List<Skipped> skipped) {
        for (String folder : folders()) {
            for (String name : platform.plainNames()) {
                Path file = Path.of(folder, name);
                if (Files.isRegularFile(file) && isUsable(file, skipped)) {
                    return Optional.of(file);
                }
            }
        }
        skipped.add(new Skipped(Origin.SYSTEM, "", "no " + platform.libraryName() + " in "
                + String.join(File.pathSeparator, folders())));
        return platform.os() == Platform.Os.LINUX ? askLoader(skipped) : Optional.empty();
    }

    private List<String> folders() {
        var folders = new ArrayList<String>();
        String path = System.getProperty("java.library.path", "") + File.pathSeparator;
        int start = 0;
        for (int end = path.indexOf(File.pathSeparatorChar); end >= 0;
                end = path.indexOf(File.pathSeparatorChar, start)) {
            String folder = path.substring(start, end);
            // Never the current folder (Windows has "." here): whoever can write to it could choose our code.
            if (!folder.isEmpty() && Path.of(folder).isAbsolute()) {
                folders.add(folder);
            }
            start = end + 1;
        }
        if (platform.os() == Platform.Os.MACOS) {
            folders.add("/opt/homebrew/lib");
            folders.add("/usr/local/lib");
        }
        return folders;
    }

    private boolean isUsable(Path file, List<Skipped> skipped) {
        try {
            Optional<Candidate.Problem> problem = Candidate.of(file).problem(platform);
            problem.ifPresent(p -> skipped.add(new Skipped(Origin.SYSTEM, file.toString(), p.why())));
            return problem.isEmpty();
        } catch (IOException e) {
            skipped.add(new Skipped(Origin.SYSTEM, file.toString(), "cannot be read: " + Reason.of(e)));
            return false;
        }
    }

    private Optional<Path> askLoader(List<Skipped> skipped) {
        for (String name : loaderNames()) {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
                Optional<Path> file = library.find("OrtGetApiBase").flatMap(SystemLibrary::fileOf);
                if (file.isPresent()) {
                    return file;
                }
                skipped.add(new Skipped(Origin.SYSTEM, name, "is a library, but not ONNX Runtime"));
            } catch (IllegalArgumentException e) {
                // Not there: the usual case.
            }
        }
        skipped.add(new Skipped(Origin.SYSTEM, "", "the loader knows no " + platform.libraryName()));
        return Optional.empty();
    }

    private List<String> loaderNames() {
        var names = new ArrayList<>(platform.plainNames());
        for (int minor = NEWEST_MINOR; minor >= OLDEST_MINOR; minor--) {
            names.add(platform.libraryName() + ".1." + minor);
        }
        return names;
    }

    /** {@code int dladdr(const void* addr, Dl_info* info)}: the file that a function was loaded from (dlfcn.h). */
    private static Optional<Path> fileOf(MemorySegment function) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> dladdr = linker.defaultLookup().find("dladdr");
        if (dladdr.isEmpty()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            // Dl_info: const char* dli_fname; void* dli_fbase; const char* dli_sname; void* dli_saddr
            MemorySegment info = arena.allocate(ValueLayout.ADDRESS, 4);
            int found = (int) linker.downcallHandle(dladdr.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS)).invokeExact(function, info);
            MemorySegment name = info.get(ValueLayout.ADDRESS, 0);
            return found == 0 || name.address() == 0 ? Optional.empty()
                    : Optional.of(Path.of(name.reinterpret(Long.MAX_VALUE).getString(0)));
        } catch (Throwable e) {
            return Optional.empty();
        }
    }
}
