package dev.gpux.provider.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the CUDA Driver API that this package calls. The driver's library and not the toolkit's, since every
 * version of it has them under one name, and every CUDA runtime stands on it: its streams and its addresses are these.
 */
final class CudaApi {
    /** {@code CUresult f(…)} with up to four pointers or integers; surplus arguments are never looked at. */
    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(
        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));

    private final SymbolLookup library;
    private final MemorySegment setCurrent;
    private final MemorySegment exchangeMode;
    private final MemorySegment toDevice;
    private final MemorySegment toHost;
    private final MemorySegment synchronize;

    /** Finds the functions in {@code library}, whose arena must live as long as this. */
    CudaApi(SymbolLookup library) {
        this.library = library;
        this.setCurrent = find("cuCtxSetCurrent");
        this.exchangeMode = find("cuThreadExchangeStreamCaptureMode");
        this.toDevice = find("cuMemcpyHtoDAsync_v2");
        this.toHost = find("cuMemcpyDtoHAsync_v2");
        this.synchronize = find("cuStreamSynchronize");
        check("cuInit", call(find("cuInit"), NULL));
    }

    /**
     * That of the driver.
     *
     * @throws CudaException if there is none, or it does not start
     */
    static CudaApi load() {
        var os = Platform.current().os();
        var name = os == Os.WINDOWS ? "nvcuda.dll" : "libcuda.so.1";
        if (os == Os.MACOS) {
            throw new CudaException("macOS has no CUDA");
        }
        try {
            return new CudaApi(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new CudaException("there is no NVIDIA driver (" + name + "); 'gpux doctor' says what to do");
        }
    }

    private MemorySegment find(String function) {
        return library.find(function).orElseThrow(() ->
            new CudaException("the NVIDIA driver has no " + function + ": it is too old"));
    }

    /** A call whose failure is an exception. */
    void invoke(String function, MemorySegment... arguments) {
        var all = new MemorySegment[] {NULL, NULL, NULL, NULL};
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        check(function, call(find(function), all[0], all[1], all[2], all[3]));
    }

    /** Makes {@code context} this thread's. Another library on this thread may have set its own. */
    void enter(MemorySegment context) {
        check("cuCtxSetCurrent", call(setCurrent, context));
    }

    /**
     * Sets how far this thread minds that another records a graph, which ORT has CUDA do in such a way that whoever
     * minds can neither wait nor allocate meanwhile.
     *
     * @param mode {@code CUstreamCaptureMode}; gets what was set before
     */
    void mindRecordings(MemorySegment mode) {
        check("cuThreadExchangeStreamCaptureMode", call(exchangeMode, mode));
    }

    /** Starts a copy; {@code device} is an address on the device. */
    void toDevice(MemorySegment device, MemorySegment host, MemorySegment bytes, MemorySegment stream) {
        check("cuMemcpyHtoDAsync", call(toDevice, device, host, bytes, stream));
    }

    /** Starts a copy; {@code device} is an address on the device. */
    void toHost(MemorySegment host, MemorySegment device, MemorySegment bytes, MemorySegment stream) {
        check("cuMemcpyDtoHAsync", call(toHost, host, device, bytes, stream));
    }

    /** Waits for everything on {@code stream}. */
    void synchronize(MemorySegment stream) {
        check("cuStreamSynchronize", call(synchronize, stream));
    }

    private static int call(MemorySegment function, MemorySegment a) {
        return call(function, a, NULL, NULL, NULL);
    }

    private static int call(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c,
                            MemorySegment d) {
        try {
            return (int) CALL.invokeExact(function, a, b, c, d);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws unchecked exceptions only", e);
        }
    }

    private void check(String function, int status) {
        if (status != 0) {
            throw new CudaException(function + ": " + name(status));
        }
    }

    /** {@code CUresult cuGetErrorName(CUresult, const char**)}. */
    private String name(int status) {
        var function = library.find("cuGetErrorName");
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            if (function.isEmpty() || call(function.get(), MemorySegment.ofAddress(status), out, NULL, NULL) != 0) {
                return "error " + status;
            }
            return out.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0) + " (" + status + ")";
        }
    }
}
