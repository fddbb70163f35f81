package dev.gpux.provider.natives;

import dev.gpux.ort.library.Platform;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a system's loader looks for the libraries that a library needs. */
public sealed interface SearchPath permits LinuxSearch, MacSearch, WindowsSearch {
    /**
     * The existing files that the loader would come by, in its order: the first is loaded, those behind it are shadowed
     * by it.
     *
     * @param name what is needed
     * @param by the library that needs it
     * @param image what that library says
     */
    List<Path> find(String name, Path by, NativeImage image);

    /** Whether the system has this library without there being a file. */
    boolean isBuiltIn(String name);

    /** The search path of this process. */
    static SearchPath ofProcess() {
        return switch (Platform.current().os()) {
            case LINUX -> LinuxSearch.ofProcess();
            case MACOS -> MacSearch.ofProcess();
            case WINDOWS -> WindowsSearch.ofProcess();
        };
    }

    /** The folders of an environment variable; what is no path is left out. */
    static List<Path> folders(String variable) {
        var folders = new ArrayList<Path>();
        var value = System.getenv(variable);
        for (var part : value == null ? new String[0] : value.split(File.pathSeparator)) {
            try {
                if (!part.isEmpty()) {
                    folders.add(Path.of(part));
                }
            } catch (InvalidPathException e) {
                // The loader cannot look there either.
            }
        }
        return List.copyOf(folders);
    }
}
