package dev.gpux.ort.library;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Keeps ONNX Runtime from sending telemetry.
 *
 * <p>From 1.29 on ORT's official builds write a device id and events and send them, on Linux and macOS too, as soon as
 * the library is loaded and used; {@code DisableTelemetryEvents} comes too late. What works is the environment variable
 * {@code ORT_DISABLE_TELEMETRY=1}, set before the library loads. A JVM cannot change its environment, so the C
 * library's own functions do it.
 */
final class Telemetry {
    private static final String NAME = "ORT_DISABLE_TELEMETRY";

    private Telemetry() {
    }

    /**
     * Sets the variable in this process's native environment, whatever its value was: GPUX never sends.
     *
     * @throws LibraryException ({@code LOAD_FAILED}) if that does not work: then the library must not be loaded
     */
    static void turnOff(Platform.Os os) {
        // What the JVM saw at its start; a launcher that has set it spares us linking a call.
        if ("1".equals(System.getenv(NAME))) {
            return;
        }
        try {
            if (os == Platform.Os.WINDOWS) {
                setOnWindows();
            } else {
                setOnPosix();
            }
        } catch (Throwable e) {
            throw new LibraryException(LibraryException.Kind.LOAD_FAILED, "ONNX Runtime was not loaded, because its "
                    + "telemetry could not be turned off (" + e.getMessage() + "). Set " + NAME
                    + "=1 in the environment and start again.", e);
        }
    }

    /** {@code int setenv(const char* name, const char* value, int overwrite)}, POSIX.1-2017. */
    private static void setOnPosix() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            check((int) setenv.invokeExact(arena.allocateFrom(NAME), arena.allocateFrom("1"), 1) == 0, "setenv");
        }
    }

    /**
     * {@code SetEnvironmentVariableW} changes the process's block, {@code _putenv_s} the copy that the C runtime made
     * of it at its start; ORT may ask either.
     */
    private static void setOnWindows() throws Throwable {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor type =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment process =
                    SymbolLookup.libraryLookup("kernel32", arena).findOrThrow("SetEnvironmentVariableW");
            MethodHandle setVariable = linker.downcallHandle(process, type);
            check((int) setVariable.invokeExact(arena.allocateFrom(NAME, StandardCharsets.UTF_16LE),
                    arena.allocateFrom("1", StandardCharsets.UTF_16LE)) != 0, "SetEnvironmentVariableW");
            MemorySegment runtime = SymbolLookup.libraryLookup("ucrtbase", arena).findOrThrow("_putenv_s");
            MethodHandle putenv = linker.downcallHandle(runtime, type);
            check((int) putenv.invokeExact(arena.allocateFrom(NAME), arena.allocateFrom("1")) == 0, "_putenv_s");
        }
    }

    private static void check(boolean done, String function) {
        if (!done) {
            throw new IllegalStateException(function + " failed");
        }
    }
}
