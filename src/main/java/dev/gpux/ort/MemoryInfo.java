package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Which memory ({@code OrtMemoryInfo}): ORT's name for it, the number of the device, and whether the CPU reads it, too.
 * Names and numbers are the providers'; the methods have those of the usual ones.
 *
 * @param name such as {@code Cpu}, {@code Cuda}, {@code CudaPinned}, {@code WebGPU_Buffer}, {@code DML}
 * @param device the device's number, from 0 on
 * @param isOnHost whether the CPU reads and writes it
 */
public record MemoryInfo(String name, int device, boolean isOnHost) {
    private static final String CPU_NAME = "Cpu";
    /** Plain memory. */
    public static final MemoryInfo CPU = new MemoryInfo(CPU_NAME, 0, true);

    /** The memory of an NVIDIA GPU. */
    public static MemoryInfo cuda(int device) {
        return new MemoryInfo("Cuda", device, false);
    }

    /** Host memory that stays where it is, so that an NVIDIA GPU copies from and to it without the CPU's help. */
    public static MemoryInfo cudaPinned(int device) {
        return new MemoryInfo("CudaPinned", device, true);
    }

    /** The buffers of WebGPU. */
    public static MemoryInfo webGpu() {
        return new MemoryInfo(Environment.get().apiVersion() >= WEBGPU_BUF ? "WebGPU_Buf" : "WebGPU_Buffer", 0, false);
    }

    /** The first version that calls them so. */
    private static final int WEBGPU_BUF = 24;

    /** The same in native form; the end of {@code arena} frees it. */
    MemorySegment create(Api api, Arena arena) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            // The pinned memory of a provider is what it writes for the CPU.
            int type = isOnHost && !name.equals(CPU_NAME) ? OnnxRuntime.OrtMemTypeCPUOutput()
                : OnnxRuntime.OrtMemTypeDefault();
            api.check(api.call(ApiFunction.CREATE_MEMORY_INFO, Cells.string(scratch, name),
                Api.value(OnnxRuntime.OrtDeviceAllocator()), Api.value(device), Api.value(type), out));
            return Values.own(arena, Cells.pointer(out), info -> api.call(ApiFunction.RELEASE_MEMORY_INFO, info));
        }
    }

    /** {@code Cuda:0}. */
    @Override
    public String toString() {
        return name + ":" + device;
    }
}
