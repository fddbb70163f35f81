package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A dense tensor in a device's memory: something to bind to a {@link DeviceRun} and to copy with a {@link DeviceStream}.
 * Lives as long as the memory it was made in; use after that is an exception.
 *
 * <p>{@link DeviceMemory#tensor} makes one; {@link #wrap} takes memory that somebody else allocated on the device.
 */
public final class DeviceTensor {
    private final MemoryInfo info;
    private final ElementType elementType;
    private final Shape shape;
    private final MemorySegment memory;
    private final MemorySegment handle;

    /** @param nativeInfo {@code info} as ORT has it, which copies it */
    DeviceTensor(Arena arena, Api api, MemoryInfo info, MemorySegment nativeInfo, ElementType elementType,
                 MemorySegment memory, Shape shape) {
        this.info = info;
        this.elementType = elementType;
        this.shape = shape;
        this.memory = memory;
        var frame = CallFrame.take((shape.rank() + 1L) * Long.BYTES);
        try {
            handle = Values.own(api, arena,
                api.createTensor(nativeInfo, elementType, shape, memory.address(), frame.memory()));
        } finally {
            frame.giveBack();
        }
    }

    /**
     * A tensor over memory that somebody else owns; nothing is copied.
     *
     * @param arena how long the tensor lives
     * @param info which memory it is
     * @param memory its address, and its size if that is known, in an arena that outlives the tensor's runs
     * @throws TensorException if the memory is too small or on the Java heap
     */
    public static DeviceTensor wrap(Arena arena, MemoryInfo info, ElementType elementType, MemorySegment memory,
                                    long... shape) {
        var theShape = Shape.of(shape);
        long bytes = elementType.byteSize(theShape.elements());
        if (!memory.isNative()) {
            throw new TensorException("a segment on the Java heap is not " + info);
        }
        if (memory.byteSize() != 0 && memory.byteSize() < bytes) {
            throw new TensorException(elementType + theShape.toString() + " takes " + bytes
                + " bytes, and the segment has " + memory.byteSize());
        }
        try (var scratch = Arena.ofConfined()) {
            var api = Environment.get().gate();
            return new DeviceTensor(arena, api, info, info.create(api, scratch), elementType, memory, theShape);
        }
    }

    /** The type of the elements. */
    public ElementType elementType() {
        return elementType;
    }

    /** The shape. */
    public Shape shape() {
        return shape;
    }

    /** Which memory it lies in. */
    public MemoryInfo info() {
        return info;
    }

    /** The bytes that the elements take. */
    public long byteSize() {
        return elementType.byteSize(shape.elements());
    }

    /**
     * Where it lies on the device, for native calls: the CPU must not follow it, so that it has no bytes. It keeps the
     * memory alive while a call has it.
     */
    public MemorySegment address() {
        return memory.asSlice(0, 0);
    }

    /** The elements, where the CPU may read them. */
    MemorySegment bytes() {
        return memory.byteSize() == 0 ? memory.reinterpret(byteSize()) : memory;
    }

    /** The {@code OrtValue*}, for calls that GPUX does not make. */
    public MemorySegment handle() {
        return handle;
    }

    /** {@code float32[1, 10] in Cuda:0}. */
    @Override
    public String toString() {
        return elementType + shape.toString() + " in " + info;
    }
}
