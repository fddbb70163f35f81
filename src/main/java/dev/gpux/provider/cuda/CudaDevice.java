package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An NVIDIA GPU, through its primary context, which is the one that ORT uses. Thread-safe. */
public final class CudaDevice {
    private static final int NAME_LENGTH = 256;

    private final CudaApi api;
    private final int number;
    private final MemorySegment device;
    /** Kept for the life of the process, as ORT keeps it. */
    private final MemorySegment context;

    /**
     * What is left of the device's memory, in bytes: whoever else uses the device takes of it, too.
     *
     * @param free what can still be had
     * @param total what there is
     */
    public record Memory(long free, long total) { }

    CudaDevice(CudaApi api, int number) {
        this.api = api;
        this.number = number;
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(JAVA_INT);
            api.invoke("cuDeviceGet", out, MemorySegment.ofAddress(number));
            device = MemorySegment.ofAddress(out.get(JAVA_INT, 0));
            var retained = scratch.allocate(ADDRESS);
            api.invoke("cuDevicePrimaryCtxRetain", retained, device);
            context = retained.get(ADDRESS, 0);
        }
    }

    /**
     * Opens a GPU.
     *
     * @param number as CUDA counts them, from 0 on
     * @throws CudaException if there is no driver, or no such GPU
     */
    public static CudaDevice open(int number) {
        return new CudaDevice(CudaApi.load(), number);
    }

    /** Its number. */
    public int number() {
        return number;
    }

    /** What it calls itself. */
    public String name() {
        try (var scratch = Arena.ofConfined()) {
            var text = scratch.allocate(NAME_LENGTH);
            api.invoke("cuDeviceGetName", text, MemorySegment.ofAddress(NAME_LENGTH - 1), device);
            return text.getString(0);
        }
    }

    /** What is left of its memory now. */
    public Memory memory() {
        try (var scratch = Arena.ofConfined()) {
            var free = scratch.allocate(JAVA_LONG);
            var total = scratch.allocate(JAVA_LONG);
            api.enter(context);
            api.invoke("cuMemGetInfo_v2", free, total);
            return new Memory(free.get(JAVA_LONG, 0), total.get(JAVA_LONG, 0));
        }
    }

    /** A new stream; it waits for no other. */
    public CudaStream stream() {
        return new CudaStream(api, context, number);
    }
}
