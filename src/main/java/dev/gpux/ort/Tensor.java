package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * A dense tensor: an element type, a shape, and its elements in native memory, row-major.
 *
 * <p>{@link #segment()} is the memory that ORT reads and writes: nothing is copied on the way in or out. Tensors are made
 * in an {@link Arena} and live as long as it; one from a shared or automatic arena may be used by any thread.
 *
 * <p>{@link #of} copies a Java array, {@link #allocate} gives fresh memory, {@link #wrap} takes memory that somebody else
 * owns, such as a mapped file or what another native library allocated.
 */
public final class Tensor implements Value {
    /** The alignment of memory that GPUX allocates: a cache line, and what ORT's vector kernels like best. */
    public static final long ALIGNMENT = 64;
    /** Up to this size zeroing costs less than a second allocation would. */
    private static final long SMALL = 4096;

    private final MemorySegment handle;
    private final MemorySegment data;
    private final ElementType elementType;
    private final Shape shape;

    private Tensor(MemorySegment handle, MemorySegment data, ElementType elementType, Shape shape) {
        this.handle = handle;
        this.data = data;
        this.elementType = elementType;
        this.shape = shape;
    }

    /** A tensor of zeros; its memory is aligned to {@link #ALIGNMENT}. Not for strings. */
    public static Tensor allocate(Arena arena, ElementType elementType, long... shape) {
        return allocate(arena, elementType, Shape.of(shape));
    }

    /** A tensor of zeros; its memory is aligned to {@link #ALIGNMENT}. Not for strings. */
    public static Tensor allocate(Arena arena, ElementType elementType, Shape shape) {
        long bytes = elementType.byteSize(shape.elements());
        long padded = (bytes + 7) & -8L;
        // One allocation for the elements and for the scratch that the call below needs.
        var block = arena.allocate(padded + scratchBytes(shape), ALIGNMENT);
        return create(arena, elementType, block.asSlice(0, bytes), shape, block.asSlice(padded));
    }

    /**
     * A tensor over memory that somebody else owns; nothing is copied. The memory may be read-only (as an input) and
     * larger than the tensor. It must outlive the last run with the tensor; a run with memory whose arena was closed is
     * an exception, and closing it during a run is refused.
     *
     * @throws TensorException if the memory is on the heap, closed, too small or not aligned to the element type
     */
    public static Tensor wrap(Arena arena, ElementType elementType, MemorySegment memory, long... shape) {
        return wrap(arena, elementType, memory, Shape.of(shape));
    }

    /** As {@link #wrap(Arena, ElementType, MemorySegment, long...)}. */
    public static Tensor wrap(Arena arena, ElementType elementType, MemorySegment memory, Shape shape) {
        long bytes = elementType.byteSize(shape.elements());
        if (!memory.isNative()) {
            throw new TensorException("a tensor needs native memory, and this segment is on the Java heap; "
                + "copy it with Tensor.of or allocate it from an Arena");
        }
        if (!memory.scope().isAlive()) {
            throw new TensorException("the arena of this memory is closed");
        }
        if (memory.byteSize() < bytes) {
            throw new TensorException(elementType + shape.toString() + " takes " + bytes + " bytes, and the segment has "
                + memory.byteSize());
        }
        if (memory.address() % elementType.alignment() != 0) {
            throw new TensorException(elementType + " must be aligned to " + elementType.alignment()
                + " bytes, and the segment starts at 0x" + Long.toHexString(memory.address()));
        }
        return create(arena, elementType, memory.asSlice(0, bytes), shape, arena.allocate(scratchBytes(shape), 8));
    }

    /** A copy of {@code elements} as float32. */
    public static Tensor of(Arena arena, float[] elements, long... shape) {
        return copyOf(arena, ElementType.FLOAT32, MemorySegment.ofArray(elements), shape);
    }

    /** A copy of {@code elements} as float64. */
    public static Tensor of(Arena arena, double[] elements, long... shape) {
        return copyOf(arena, ElementType.FLOAT64, MemorySegment.ofArray(elements), shape);
    }

    /** A copy of {@code elements} as int64. */
    public static Tensor of(Arena arena, long[] elements, long... shape) {
        return copyOf(arena, ElementType.INT64, MemorySegment.ofArray(elements), shape);
    }

    /** A copy of {@code elements} as int32. */
    public static Tensor of(Arena arena, int[] elements, long... shape) {
        return copyOf(arena, ElementType.INT32, MemorySegment.ofArray(elements), shape);
    }

    /** A copy of {@code elements} as int16. */
    public static Tensor of(Arena arena, short[] elements, long... shape) {
        return copyOf(arena, ElementType.INT16, MemorySegment.ofArray(elements), shape);
    }

    /** A copy of {@code elements} as int8. */
    public static Tensor of(Arena arena, byte[] elements, long... shape) {
        return copyOf(arena, ElementType.INT8, MemorySegment.ofArray(elements), shape);
    }

    /** A copy of {@code elements} as bool. */
    public static Tensor of(Arena arena, boolean[] elements, long... shape) {
        var bytes = new byte[elements.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (elements[i] ? 1 : 0);
        }
        return copyOf(arena, ElementType.BOOL, MemorySegment.ofArray(bytes), shape);
    }

    /**
     * A tensor of strings; ORT keeps them as UTF-8 in memory of its own. A surrogate without its other half becomes a
     * question mark, as in {@link String#getBytes(java.nio.charset.Charset)}.
     */
    public static Tensor ofStrings(Arena arena, List<String> elements, long... shape) {
        var theShape = Shape.of(shape);
        requireElements(elements.size(), theShape);
        return new Tensor(StringTensors.create(arena, elements, theShape), MemorySegment.NULL, ElementType.STRING,
            theShape);
    }

    /**
     * A copy of the bytes of {@code elements}, which may lie on the heap or off it and must have exactly the size that
     * the shape asks for.
     */
    public static Tensor copyOf(Arena arena, ElementType elementType, MemorySegment elements, long... shape) {
        var theShape = Shape.of(shape);
        long bytes = elementType.byteSize(theShape.elements());
        if (elements.byteSize() != bytes) {
            requireElements(elements.byteSize() * 8 / elementType.bits(), theShape);
            throw new TensorException(elementType + theShape.toString() + " takes " + bytes + " bytes, and "
                + elements.byteSize() + " were given");
        }
        if (bytes <= SMALL) {
            var tensor = allocate(arena, elementType, theShape);
            MemorySegment.copy(elements, 0, tensor.data, 0, bytes);
            return tensor;
        }
        // An arena would zero what is overwritten at once; ORT's allocator does not, and aligns as it likes best.
        var tensor = uninitialized(arena, elementType, theShape);
        MemorySegment.copy(elements, 0, tensor.data, 0, bytes);
        return tensor;
    }

    /** A tensor with the same elements in memory of its own. */
    Tensor copy(Arena arena) {
        return elementType == ElementType.STRING ? ofStrings(arena, strings(), shape.toArray())
            : copyOf(arena, elementType, data, shape.toArray());
    }

    private static Tensor uninitialized(Arena arena, ElementType type, Shape shape) {
        var api = Environment.get().gate();
        try (var local = Arena.ofConfined()) {
            var handle = Values.own(api, arena, Values.createTensor(api, local, type, shape));
            return new Tensor(handle, dataOf(api, arena, handle, type, shape, local.allocate(ADDRESS)), type, shape);
        }
    }

    private static MemorySegment dataOf(Api api, Arena arena, MemorySegment handle, ElementType type, Shape shape,
                                        MemorySegment scratch) {
        api.check(Downcall.few(api.getTensorMutableData(), handle, scratch, NULL, NULL));
        return MemorySegment.ofAddress(scratch.get(JAVA_LONG, 0))
            .reinterpret(type.byteSize(shape.elements()), arena, null);
    }

    private static void requireElements(long found, Shape shape) {
        if (found != shape.elements()) {
            throw new TensorException("shape " + shape + " has " + shape.elements() + " elements, and " + found
                + " were given");
        }
    }

    private static long scratchBytes(Shape shape) {
        return (shape.rank() + 1L) * Long.BYTES;
    }

    private static Tensor create(Arena arena, ElementType type, MemorySegment data, Shape shape,
                                 MemorySegment scratch) {
        var environment = Environment.get();
        var api = environment.gate();
        int rank = shape.rank();
        for (int i = 0; i < rank; i++) {
            scratch.setAtIndex(JAVA_LONG, i + 1L, shape.size(i));
        }
        api.check(Downcall.many(api.createTensorWithData(), environment.cpuMemory(), data, Api.value(data.byteSize()),
            scratch.asSlice(Long.BYTES), Api.value(rank), Api.value(type.ortForMaking()), scratch,
            NULL, NULL, NULL, NULL, NULL));
        return new Tensor(Values.own(api, arena, scratch.get(ADDRESS, 0)), data, type, shape);
    }

    /** Takes over a tensor that ORT made in CPU memory. */
    static Tensor adopt(Api api, Arena arena, MemorySegment handle, MemorySegment scratch) {
        var type = TensorInfo.read(api, handle, scratch);
        if (type.elementType() == ElementType.STRING) {
            return new Tensor(handle, MemorySegment.NULL, ElementType.STRING, type.shape());
        }
        var data = dataOf(api, arena, handle, type.elementType(), type.shape(), scratch);
        return new Tensor(handle, data, type.elementType(), type.shape());
    }

    /** The type of the elements. */
    public ElementType elementType() {
        return elementType;
    }

    /** The shape. */
    public Shape shape() {
        return shape;
    }

    /**
     * The elements: exactly their bytes, row-major, in native byte order. Writing to it writes to the tensor.
     *
     * @throws TensorException if this is a tensor of strings
     */
    public MemorySegment segment() {
        if (elementType == ElementType.STRING) {
            throw new TensorException("a tensor of strings has no segment; read it with strings()");
        }
        return data;
    }

    @Override
    public MemorySegment handle() {
        return handle;
    }

    /** A copy of the elements of a float32, float16 or bfloat16 tensor. */
    public float[] floats() {
        return switch (elementType) {
            case FLOAT32 -> data.toArray(JAVA_FLOAT);
            case FLOAT16, BFLOAT16 -> {
                var numbers = new float[Math.toIntExact(shape.elements())];
                for (int i = 0; i < numbers.length; i++) {
                    short bits = data.getAtIndex(JAVA_SHORT, i);
                    numbers[i] = elementType == ElementType.FLOAT16
                        ? Float16.fromFloat16(bits) : Float16.fromBfloat16(bits);
                }
                yield numbers;
            }
            default -> throw isNot("float32, float16 or bfloat16");
        };
    }

    /** A copy of the elements of a float64 tensor. */
    public double[] doubles() {
        if (elementType != ElementType.FLOAT64) {
            throw isNot("float64");
        }
        return data.toArray(JAVA_DOUBLE);
    }

    /** A copy of the elements of an int64 or uint64 tensor; uint64 as the same 64 bits. */
    public long[] longs() {
        if (elementType != ElementType.INT64 && elementType != ElementType.UINT64) {
            throw isNot("int64 or uint64");
        }
        return data.toArray(JAVA_LONG);
    }

    /** A copy of the elements of an int32 or uint32 tensor; uint32 as the same 32 bits. */
    public int[] ints() {
        if (elementType != ElementType.INT32 && elementType != ElementType.UINT32) {
            throw isNot("int32 or uint32");
        }
        return data.toArray(JAVA_INT);
    }

    /** A copy of the elements' bytes, whatever their type but string. */
    public byte[] bytes() {
        return segment().toArray(JAVA_BYTE);
    }

    /** A copy of the elements of a tensor of strings. */
    public List<String> strings() {
        if (elementType != ElementType.STRING) {
            throw isNot("string");
        }
        return StringTensors.read(handle, shape);
    }

    private TensorException isNot(String wanted) {
        return new TensorException("this tensor is " + elementType + ", not " + wanted);
    }

    /** The memory that must stay alive besides the handle's own arena, if it is another one. */
    Optional<MemorySegment> foreignMemory() {
        return elementType == ElementType.STRING || data.scope().equals(handle.scope())
            ? Optional.empty() : Optional.of(data);
    }

    /** {@code float32[1, 10]}. */
    @Override
    public String toString() {
        return elementType + shape.toString();
    }
}
