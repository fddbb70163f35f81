package dev.gpux.provider.doctor;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * NVIDIA's driver, asked itself (CUDA Driver API: {@code cuInit}, {@code cuDriverGetVersion}, {@code
 * cuDeviceGetCount}).
 *
 * @param version the newest CUDA that it runs, as the API has it: 12040 for 12.4; 0 if it does not say
 * @param devices how many GPUs it gives to this process
 * @param problem the driver's name for what is wrong; empty if nothing is
 */
record CudaDriver(int version, int devices, String problem) {
    private static final int SUCCESS = 0;

    /** What the driver says; empty if there is none. */
    static Optional<CudaDriver> ask() {
        var os = Platform.current().os();
        if (os == Os.MACOS) {
            return Optional.empty();
        }
        try (var arena = Arena.ofConfined()) {
            return Optional.of(
                ask(SymbolLookup.libraryLookup(os == Os.WINDOWS ? "nvcuda.dll" : "libcuda.so.1", arena), arena));
        } catch (IllegalArgumentException e) {
            // There is no such library.
            return Optional.empty();
        }
    }

    /** What the driver in {@code library} says. */
    static CudaDriver ask(SymbolLookup library, Arena scratch) {
        return new Calls(library, scratch).ask();
    }

    /** {@code 12.4}. */
    String versionText() {
        return version / 1000 + "." + version % 1000 / 10;
    }

    private record Calls(SymbolLookup library, Arena arena) {
        CudaDriver ask() {
            var number = arena.allocate(ValueLayout.JAVA_INT);
            int version = call("cuDriverGetVersion", number) == SUCCESS ? number.get(ValueLayout.JAVA_INT, 0) : 0;
            int status = call("cuInit", MemorySegment.NULL);
            if (status != SUCCESS) {
                return new CudaDriver(version, 0, errorName(status));
            }
            status = call("cuDeviceGetCount", number);
            return status == SUCCESS ? new CudaDriver(version, number.get(ValueLayout.JAVA_INT, 0), "")
                : new CudaDriver(version, 0, errorName(status));
        }

        /** Every one of them takes one argument, a pointer or a number, and gives a {@code CUresult}. */
        private int call(String function, MemorySegment argument) {
            var address = library.find(function);
            if (address.isEmpty()) {
                return -1;
            }
            try {
                return (int) Linker.nativeLinker().downcallHandle(address.get(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)).invokeExact(argument);
            } catch (Throwable e) {
                throw new AssertionError("a downcall throws unchecked exceptions only", e);
            }
        }

        /** {@code CUresult cuGetErrorName(CUresult, const char**)}. */
        private String errorName(int status) {
            var address = library.find("cuGetErrorName");
            if (address.isEmpty()) {
                return "error " + status;
            }
            var out = arena.allocate(ValueLayout.ADDRESS);
            try {
                int unknown = (int) Linker.nativeLinker().downcallHandle(address.get(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                    .invokeExact(status, out);
                var name = out.get(ValueLayout.ADDRESS, 0);
                return unknown != SUCCESS || name.address() == 0 ? "error " + status
                    : name.reinterpret(Long.MAX_VALUE).getString(0) + " (" + status + ")";
            } catch (Throwable e) {
                throw new AssertionError("a downcall throws unchecked exceptions only", e);
            }
        }
    }
}
