package dev.gpux.provider.doctor;

import dev.gpux.ort.library.LoadedLibrary;
import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * ORT's telemetry, off and proven: the variable that turns it off as the C library of this process has it, and no file
 * of it opened or written by this process, which has opened sessions by now.
 */
record TelemetryCheck(LoadedLibrary library) {
    private static final String AREA = "telemetry";
    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
    private static final String FOLDER = ".onnxruntime";
    private static final String ADVICE = "set " + VARIABLE + "=1 in the environment, and report this";

    List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        boolean off = Platform.current().os() == Os.WINDOWS || "1".equals(nativeVariable());
        findings.add(off ? Finding.ok(AREA, "turned off before the library was loaded")
            : Finding.problem(AREA, VARIABLE + " is not set in this process", ADVICE));
        var open = open();
        var written = written(ProcessHandle.current().info().startInstant().orElse(Instant.now()));
        if (!open.isEmpty()) {
            findings.add(Finding.problem(AREA, "this process has " + String.join(", ", open) + " open", ADVICE));
        } else if (!written.isEmpty()) {
            findings.add(Finding.warning(AREA, written.getFirst() + " was written a moment ago, by this process or "
                + "another program with ONNX Runtime", "run this again while no other does; if it stays: " + ADVICE));
        } else {
            findings.add(Finding.ok(AREA, "no file of it is open, none was written since this process began"));
        }
        return findings;
    }

    /** {@code char* getenv(const char*)}: what ORT sees; Java's copy of the environment is older. */
    private static String nativeVariable() {
        var linker = Linker.nativeLinker();
        var getenv = linker.defaultLookup().find("getenv");
        if (getenv.isEmpty()) {
            return "";
        }
        try (var arena = Arena.ofConfined()) {
            var value = (MemorySegment) linker.downcallHandle(getenv.get(),
                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                .invokeExact(arena.allocateFrom(VARIABLE));
            return value.address() == 0 ? "" : value.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws unchecked exceptions only", e);
        }
    }

    /** Files of it that this process has open (proc(5)). */
    private static List<String> open() {
        var descriptors = Path.of("/proc/self/fd");
        var open = new ArrayList<String>();
        if (!Files.isDirectory(descriptors)) {
            return open;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (var descriptor : all) {
                var target = Files.isSymbolicLink(descriptor) ? Files.readSymbolicLink(descriptor).toString() : "";
                if (target.contains("/" + FOLDER + "/")) {
                    open.add(target);
                }
            }
        } catch (IOException e) {
            // A descriptor was closed while it was being looked at; ORT keeps its own open.
        }
        return open;
    }

    /** Files of it that somebody wrote lately. */
    private static List<String> written(Instant since) {
        var written = new ArrayList<String>();
        for (var cache : List.of(".cache", "Library/Caches", "AppData/Local")) {
            var folder = Path.of(System.getProperty("user.home"), cache, "Microsoft", "DeveloperTools", FOLDER);
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(folder, 2)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    if (Files.getLastModifiedTime(file).toInstant().isAfter(since)) {
                        written.add(file.toString());
                    }
                }
            } catch (IOException e) {
                // Not for this user to read, so not written by this process.
            }
        }
        return written;
    }
}
