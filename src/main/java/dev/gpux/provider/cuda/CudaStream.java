package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gpux.ort.DeviceStream;
import dev.gpux.ort.DeviceTensor;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A {@code cudaStream_t}: copies between pinned memory and the GPU, and the runs of the sessions whose provider was
 * given {@link #handle()} ({@link dev.gpux.provider.Cuda#stream}), one after the other. Several streams go on at the
 * same time.
 *
 * <p>Must outlive those sessions. Belongs to one thread at a time.
 */
public final class CudaStream implements DeviceStream, AutoCloseable {
    /** {@code CU_STREAM_NON_BLOCKING}: does not wait for the default stream. */
    private static final long NON_BLOCKING = 1;
    /** {@code CU_STREAM_CAPTURE_MODE_THREAD_LOCAL}: other threads' recordings do not matter. */
    private static final int THREAD_LOCAL = 1;

    private final CudaApi api;
    private final MemorySegment context;
    private final int device;
    // Shared, since the sessions that compute on it run on any thread.
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle;
    /** For calls that write a number; the stream's one thread is the one that makes them. */
    private final MemorySegment number = arena.allocate(JAVA_INT);
    /** The id of the thread that was told to mind no recordings but its own. */
    private long told;

    CudaStream(CudaApi api, MemorySegment context, int device) {
        this.api = api;
        this.context = context;
        this.device = device;
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.enter(context);
            api.invoke("cuStreamCreate", out, MemorySegment.ofAddress(NON_BLOCKING));
            this.handle = out.get(ADDRESS, 0).reinterpret(arena, this::destroy);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    private void destroy(MemorySegment stream) {
        api.enter(context);
        api.invoke("cuStreamDestroy_v2", stream);
    }

    @Override
    public MemoryInfo deviceMemory() {
        return MemoryInfo.cuda(device);
    }

    @Override
    public MemoryInfo hostMemory() {
        return MemoryInfo.cudaPinned(device);
    }

    /** The {@code cudaStream_t}; dies with {@link #close()}. */
    @Override
    public MemorySegment handle() {
        return handle;
    }

    /** At full speed if {@code from} is pinned; else the driver copies it twice, and returns when it has read it. */
    @Override
    public Transfer upload(Tensor from, DeviceTensor to) {
        var host = from.segment();
        var bytes = size(host, to);
        var target = to.address();
        return () -> {
            enter();
            api.toDevice(target, host, bytes, handle);
        };
    }

    /** At full speed if {@code to} is pinned; else the driver copies it twice. */
    @Override
    public Transfer download(DeviceTensor from, Tensor to) {
        var host = to.segment();
        var bytes = size(host, from);
        var source = from.address();
        return () -> {
            enter();
            api.toHost(host, source, bytes, handle);
        };
    }

    private void enter() {
        if (Thread.currentThread().threadId() != told) {
            told = Thread.currentThread().threadId();
            number.set(JAVA_INT, 0, THREAD_LOCAL);
            api.mindRecordings(number);
        }
        api.enter(context);
    }

    private static MemorySegment size(MemorySegment host, DeviceTensor tensor) {
        if (host.byteSize() != tensor.byteSize()) {
            throw new TensorException("a copy between " + host.byteSize() + " bytes and " + tensor);
        }
        return MemorySegment.ofAddress(tensor.byteSize());
    }

    @Override
    public void await() {
        enter();
        api.synchronize(handle);
    }

    /**
     * Ends the stream; what is on it is done first. A second call does nothing.
     *
     * @throws IllegalStateException if a run is going on it
     */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            api.enter(context);
            api.synchronize(handle);
            arena.close();
        }
    }
}
