package dev.gpux.ort.library;

import java.nio.file.Path;

/** Puts the system loader's words into context: which file, and what a person can do. */
final class LoadFailure {
    private LoadFailure() {
    }

    static LibraryException explain(LocatedLibrary located, String words, Throwable cause) {
        String path = located.path().toString();
        // The JDK and the loader both begin with the path, which the message has already.
        String reason = words;
        while (reason.startsWith(path)) {
            reason = reason.substring(path.length()).stripLeading();
            reason = reason.startsWith(":") ? reason.substring(1).stripLeading() : reason;
        }
        String advice = advice(reason, located.path());
        return new LibraryException(LibraryException.Kind.LOAD_FAILED, "The system could not load ONNX Runtime from "
                + path + " (" + located.origin().label() + "):\n  " + reason + (advice.isEmpty() ? "" : "\n" + advice),
                cause);
    }

    private static String advice(String reason, Path path) {
        if (reason.contains("GLIBC") || reason.contains("CXXABI")) {
            return "This build of ONNX Runtime needs a newer Linux than this one; use an older build, or a newer "
                    + "system or container image.";
        }
        if (reason.contains("ld-linux") || reason.contains("Error relocating")) {
            return "It is built for glibc. On Alpine and other musl systems give a build for musl with --ort.";
        }
        if (reason.contains("failed to map segment")) {
            return "Its file system may forbid running code (noexec). Set GPUX_CACHE to a folder on one that does not: "
                    + path.getParent() + " is on it now. Or this process may have no more memory (ulimit -v).";
        }
        int missing = reason.indexOf(": cannot open shared object file");
        if (missing > 0) {
            return "Another library is missing: " + reason.substring(0, missing) + ". Install it, or add its folder to "
                    + "LD_LIBRARY_PATH.";
        }
        if (reason.contains("dependent libraries")) {
            return "A library that it needs is missing, often the Microsoft Visual C++ runtime: install it, or put "
                    + "the missing DLL beside the library.";
        }
        return "";
    }
}
