package dev.gpux.ort.library;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URL;
import java.net.URLClassLoader;

/** Run by tests in other processes. */
final class LoadMain {
    private LoadMain() {
    }

    /**
     * Says "ready", waits for a line, loads the library of the class path (or, given "system", the one outside of it),
     * and prints its path, or the error; warnings begin with "warning".
     */
    public static void main(String[] arguments) throws IOException {
        System.out.println("ready");
        System.in.read();
        LibraryRequest request = LibraryRequest.standard()
                .withWarnings(warning -> System.out.println("warning " + warning));
        if (arguments.length > 0) {
            request = request.withClassLoader(new URLClassLoader(new URL[0], null));
        }
        try {
            LoadedLibrary library = LibraryLoader.load(request);
            System.out.println("loaded " + library.origin() + " " + library.path());
            System.out.println("telemetry off " + nativeVariable("ORT_DISABLE_TELEMETRY"));
        } catch (LibraryException e) {
            System.out.println(e.kind() + " " + e.getMessage());
        }
    }

    /** What C code in this process sees. */
    private static String nativeVariable(String name) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            var value = (MemorySegment) linker.downcallHandle(linker.defaultLookup().findOrThrow("getenv"),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invokeExact(arena.allocateFrom(name));
            return value.address() == 0 ? "unset" : value.reinterpret(1024).getString(0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
