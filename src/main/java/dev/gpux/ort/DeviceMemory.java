package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of a device, or of the host for a device, that a session's provider allocates ({@code OrtAllocator}). Like an
 * arena: what is made in it lives until {@link #close()} or the session's, whichever comes first. Thread-safe.
 *
 * <pre>{@code
 * try (var memory = session.memory(MemoryInfo.cudaPinned(0))) {
 *     Tensor x = memory.hostTensor(ElementType.FLOAT32, 1, 3, 224, 224);
 * }
 * }</pre>
 */
public final class DeviceMemory implements AutoCloseable {
    private final Session session;
    private final Api api;
    private final MemoryInfo info;
    // Shared, since any thread allocates, and the session's close() ends it.
    private final Arena arena = Arena.ofShared();
    /** Of an arena of its own, for it must go after everything that it allocated. */
    private final Arena allocators = Arena.ofShared();
    private final MemorySegment nativeInfo;
    private final MemorySegment allocator;

    DeviceMemory(Session session, Api api, MemoryInfo info) {
        this.session = session;
        this.api = api;
        this.info = info;
        try (var scratch = Arena.ofConfined()) {
            var handle = session.lend(this, this::revoke);
            this.nativeInfo = info.create(api, allocators);
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(ApiFunction.CREATE_ALLOCATOR, handle, nativeInfo, out));
            this.allocator = Values.own(allocators, out.get(ADDRESS, 0),
                made -> api.call(ApiFunction.RELEASE_ALLOCATOR, made));
        } catch (RuntimeException | Error e) {
            session.forget(this);
            revoke();
            throw e;
        }
        Leaks.opened(this);
    }

    /** Which memory it is. */
    public MemoryInfo info() {
        return info;
    }

    /**
     * A tensor with whatever its memory held before.
     *
     * @throws TensorException for strings, which no device has
     * @throws OrtException if the memory is used up or the provider's limit is reached
     */
    public DeviceTensor tensor(ElementType type, long... shape) {
        return tensor(type, Shape.of(shape));
    }

    /** As {@link #tensor(ElementType, long...)}. */
    public DeviceTensor tensor(ElementType type, Shape shape) {
        return new DeviceTensor(arena, api, info, nativeInfo, type, allocate(type, shape), shape);
    }

    /**
     * A tensor of zeros that the CPU reads and writes.
     *
     * @throws TensorException if this memory is not {@linkplain MemoryInfo#isOnHost() on the host}, or for strings
     * @throws OrtException if the memory is used up
     */
    public Tensor hostTensor(ElementType type, long... shape) {
        return hostTensor(type, Shape.of(shape));
    }

    /** As {@link #hostTensor(ElementType, long...)}. */
    public Tensor hostTensor(ElementType type, Shape shape) {
        if (!info.isOnHost()) {
            throw new TensorException("the CPU cannot read " + info + "; copy it with a DeviceStream");
        }
        var memory = allocate(type, shape);
        memory.fill((byte) 0);
        // To ORT it is plain memory, which it copies from and to as fast as this allows. Called pinned, it would fail
        // as an output of Session.run with "dst_data != src_data was false" (CUDA, 1.28).
        return Tensor.wrap(arena, type, memory, shape);
    }

    private MemorySegment allocate(ElementType type, Shape shape) {
        long bytes = type.byteSize(shape.elements());
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            GraphRecording.allocating().lock();
            try {
                // An empty tensor has an address, too.
                api.check(api.call(ApiFunction.ALLOCATOR_ALLOC, allocator, Api.value(Math.max(1, bytes)), out));
            } finally {
                GraphRecording.allocating().unlock();
            }
            var memory = out.get(ADDRESS, 0);
            if (memory.address() == 0) {
                throw new OrtException(ErrorCode.FAIL, "no " + bytes + " bytes could be had of " + info);
            }
            return Values.own(arena, memory, block ->
                api.check(api.call(ApiFunction.ALLOCATOR_FREE, allocator, block))).reinterpret(bytes);
        }
    }

    /**
     * What the provider's arena for this memory holds: all of the session's runs, too.
     *
     * @throws OrtException {@link ErrorCode#NOT_IMPLEMENTED} if the library is older than 1.23
     */
    public AllocatorStatistics statistics() {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(ApiFunction.ALLOCATOR_GET_STATS, allocator, out));
            var pairs = out.get(ADDRESS, 0);
            try {
                return AllocatorStatistics.of(EpDevices.pairs(api, pairs));
            } finally {
                api.call(ApiFunction.RELEASE_KEY_VALUE_PAIRS, pairs);
            }
        }
    }

    /** Called by the session when it closes, on any thread, after which its allocators are no more. */
    private synchronized void revoke() {
        SharedArenas.close(arena);
        SharedArenas.close(allocators);
    }

    /** Frees everything that was made in it, once no run uses it. A second call does nothing. */
    @Override
    public void close() {
        session.forget(this);
        revoke();
        Leaks.closed(this);
    }

    /** {@code Cuda:0}. */
    @Override
    public String toString() {
        return info.toString();
    }
}
