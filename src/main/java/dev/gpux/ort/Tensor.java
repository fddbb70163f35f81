package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

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

    /** Up to this size zeroing costs less than what ORT's allocator does for alignment. */
    private static final long SMALL = 4096;

    // Addresses and their arena rather than segments, which are made when somebody asks: a run makes and drops tensors,
    // and most of what it would put on the heap are segments.
    private final Arena arena;
    private final long address;
    /** Memory that somebody else owns; NULL itself where there is none. */
    private final MemorySegment wrapped;
    private final ElementType elementType;
    private final Shape shape;
    /** Whether the {@code OrtValue} ends without a release by who got this from {@link Values#take}. */
    private final boolean tied;
    /** The address of the {@code OrtValue}; 0 until somebody needs it. */
    private volatile long pointer;
    private boolean used;

    private Tensor(Arena arena, boolean tied, long pointer, long address, MemorySegment wrapped,
                   ElementType elementType, Shape shape) {
        this.arena = arena;
        this.tied = tied;
        this.pointer = pointer;
        this.address = address;
        this.wrapped = wrapped;
        this.elementType = elementType;
        this.shape = shape;
    }

    /** One whose {@code OrtValue} is still to be made. */
    private Tensor(Arena arena, long address, MemorySegment wrapped, ElementType elementType, Shape shape) {
        this(arena, true, 0, address, wrapped, elementType, shape);
        if (!elementType.isInEveryOrt()) {
            // Says so now if this one does not know it.
            make();
        }
    }

    /**
     * A tensor of zeros; its memory is aligned to {@link #ALIGNMENT}. Not for strings.
     *
     * @throws OrtException if this ORT has no tensors of this type
     */
    public static Tensor allocate(Arena arena, ElementType elementType, long... shape) {
        return allocate(arena, elementType, Shape.of(shape));
    }

    /** A tensor of zeros; its memory is aligned to {@link #ALIGNMENT}. Not for strings. */
    public static Tensor allocate(Arena arena, ElementType elementType, Shape shape) {
        long bytes = elementType.byteSize(shape.elements());
        return new Tensor(arena, arena.allocate(bytes, ALIGNMENT).address(), NULL, elementType, shape);
    }

    /**
     * A tensor over memory that somebody else owns; nothing is copied. The memory may be read-only (as an input) and
     * larger than the tensor. It must outlive the last run with the tensor; a run with memory whose arena was closed is
     * an exception, and closing it during a run is refused.
     *
     * @throws TensorException if the memory is on the heap, closed, too small or not aligned to the element type
     * @throws WrongThreadException if it belongs to another thread's confined arena
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
        if (!memory.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("this memory belongs to another thread's confined arena");
        }
        HeldMemory.anchor(arena);
        return new Tensor(arena, memory.address(), memory.asSlice(0, bytes), elementType, shape);
    }

    /** A copy of {@code elements} as float32. */
    public static Tensor of(Arena arena, float[] elements, long... shape) {
        return copyOf(arena, ElementType.FLOAT32, elements, elements.length, JAVA_FLOAT, shape);
    }

    /** A copy of {@code elements} as float64. */
    public static Tensor of(Arena arena, double[] elements, long... shape) {
        return copyOf(arena, ElementType.FLOAT64, elements, elements.length, JAVA_DOUBLE, shape);
    }

    /** A copy of {@code elements} as int64. */
    public static Tensor of(Arena arena, long[] elements, long... shape) {
        return copyOf(arena, ElementType.INT64, elements, elements.length, JAVA_LONG, shape);
    }

    /** A copy of {@code elements} as int32. */
    public static Tensor of(Arena arena, int[] elements, long... shape) {
        return copyOf(arena, ElementType.INT32, elements, elements.length, JAVA_INT, shape);
    }

    /** A copy of {@code elements} as int16. */
    public static Tensor of(Arena arena, short[] elements, long... shape) {
        return copyOf(arena, ElementType.INT16, elements, elements.length, JAVA_SHORT, shape);
    }

    /** A copy of {@code elements} as int8. */
    public static Tensor of(Arena arena, byte[] elements, long... shape) {
        return copyOf(arena, ElementType.INT8, elements, elements.length, JAVA_BYTE, shape);
    }

    /** A copy of {@code elements} as bool. */
    public static Tensor of(Arena arena, boolean[] elements, long... shape) {
        var bytes = new byte[elements.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (elements[i] ? 1 : 0);
        }
        return copyOf(arena, ElementType.BOOL, bytes, bytes.length, JAVA_BYTE, shape);
    }

    /** Not through a segment of the array, which would end up on the heap. */
    private static Tensor copyOf(Arena arena, ElementType type, Object array, int length, ValueLayout layout,
                                 long[] shape) {
        var theShape = Shape.of(shape);
        requireElements(length, theShape);
        var tensor = uninitialized(arena, type, theShape);
        MemorySegment.copy(array, 0, tensor.segment(), layout, 0, length);
        return tensor;
    }

    /**
     * A tensor of strings; ORT keeps them as UTF-8 in memory of its own. A surrogate without its other half becomes a
     * question mark, as in {@link String#getBytes(java.nio.charset.Charset)}.
     *
     * @throws TensorException if the shape has another number of elements, or one of them is null
     */
    public static Tensor ofStrings(Arena arena, List<String> elements, long... shape) {
        var theShape = Shape.of(shape);
        requireElements(elements.size(), theShape);
        // Not indexOf: List.of(…) does not look for null.
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) == null) {
                throw new TensorException("element " + i + " is null, and a tensor of strings has one in every place");
            }
        }
        return new Tensor(arena, true, StringTensors.create(arena, elements, theShape), 0, NULL,
            ElementType.STRING, theShape);
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
        var tensor = uninitialized(arena, elementType, theShape);
        MemorySegment.copy(elements, 0, tensor.segment(), 0, bytes);
        return tensor;
    }

    /** A tensor with the same elements in memory of its own. */
    Tensor copy(Arena arena) {
        return elementType == ElementType.STRING ? ofStrings(arena, strings(), shape.toArray())
            : copyOf(arena, elementType, segment(), shape.toArray());
    }

    /** A tensor to be written to at once: where zeroing would cost something, without. */
    private static Tensor uninitialized(Arena arena, ElementType type, Shape shape) {
        if (type.byteSize(shape.elements()) <= SMALL) {
            return allocate(arena, type, shape);
        }
        var api = Environment.get().gate();
        var frame = CallFrame.take(scratchBytes(shape));
        try {
            long pointer = api.createTensor(type, shape, frame.memory());
            Values.own(api, arena, pointer);
            return new Tensor(arena, true, pointer, api.tensorData(pointer, frame.memory()), NULL, type, shape);
        } finally {
            frame.giveBack();
        }
    }

    private static void requireElements(long found, Shape shape) {
        if (found != shape.elements()) {
            throw new TensorException("shape " + shape + " has " + shape.elements() + " elements, and " + found
                + " were given");
        }
    }

    /** Room for a pointer and the sizes of the dimensions. */
    private static long scratchBytes(Shape shape) {
        return (shape.rank() + 1L) * Long.BYTES;
    }

    /**
     * The {@code OrtValue} for one run. The first run makes one for itself and releases it, since most tensors are used
     * once, and to tie an object to an arena costs half of what the object costs; whoever needs it again gets one for
     * good.
     *
     * @param scratch {@link Values#SCRATCH} bytes, aligned to 8
     * @return its address; {@link #isTemporary} says whether the caller must release it
     */
    long lend(Api api, MemorySegment scratch) {
        if (pointer != 0 || used || scratchBytes(shape) > Values.SCRATCH) {
            return pointer();
        }
        used = true;
        return api.createTensor(elementType, shape, address, scratch);
    }

    /**
     * What a run may read instead of this tensor, if that costs less than {@link #lend}: a copy, for the caller to give
     * back. The first run of a small tensor gets one.
     *
     * @param scratch {@link Values#SCRATCH} bytes, aligned to 8
     * @return {@link SpareTensor#NONE} for no copy
     * @throws IllegalStateException if the memory's arena is closed
     * @throws WrongThreadException if it is another thread's
     */
    SpareTensor copyForOneRun(Api api, MemorySegment scratch) {
        if (pointer != 0 || used || !SpareTensor.has(elementType, shape)) {
            return SpareTensor.NONE;
        }
        used = true;
        var copy = SpareTensor.take(api, elementType, shape, scratch);
        if (copy != SpareTensor.NONE) {
            try {
                copyInto(copy.memory());
            } catch (RuntimeException | Error e) {
                copy.giveBack();
                throw e;
            }
        }
        return copy;
    }

    /** In a small method: only where the segment is made and used in one piece of compiled code, it needs no heap. */
    private void copyInto(MemorySegment memory) {
        var elements = segment();
        MemorySegment.copy(elements, 0, memory, 0, elements.byteSize());
    }

    /** Whether what {@link #lend} gave was for one run. */
    boolean isTemporary(long lent) {
        return lent != pointer;
    }

    /** The address of the {@code OrtValue}; makes one for good if there is none. */
    long pointer() {
        long made = pointer;
        return made != 0 ? made : make();
    }

    private synchronized long make() {
        if (pointer == 0) {
            var api = Environment.get().gate();
            var frame = CallFrame.take(scratchBytes(shape));
            try {
                long made = api.createTensor(elementType, shape, address, frame.memory());
                Values.own(api, arena, made);
                pointer = made;
            } finally {
                frame.giveBack();
            }
        }
        return pointer;
    }

    /**
     * A tensor that ORT made in CPU memory and that can be used as long as {@code arena} is open.
     *
     * @param tied whether the end of {@code arena} releases it
     * @param scratch what {@link TensorInfo#isTensor} left
     */
    static Tensor adopt(Api api, Arena arena, long pointer, boolean tied, MemorySegment scratch) {
        var shape = TensorInfo.shape(api, pointer, scratch);
        var type = TensorInfo.elementType(scratch);
        long address = type == ElementType.STRING ? 0 : api.tensorData(pointer, scratch);
        return new Tensor(arena, tied, pointer, address, NULL, type, shape);
    }

    /** A tensor of an {@code OrtValue} that is somebody else's and can be used as long as {@code arena} is open. */
    static Tensor over(Arena arena, long pointer, long address, ElementType type, Shape shape) {
        return new Tensor(arena, true, pointer, address, NULL, type, shape);
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
        return isWrapped() ? wrapped : MemorySegment.ofAddress(address)
            .reinterpret(elementType.byteSize(shape.elements()), arena, null);
    }

    @Override
    public MemorySegment handle() {
        return MemorySegment.ofAddress(pointer()).reinterpret(arena, null);
    }

    /** A copy of the elements of a float32, float16 or bfloat16 tensor. */
    public float[] floats() {
        return switch (elementType) {
            case FLOAT32 -> segment().toArray(JAVA_FLOAT);
            case FLOAT16, BFLOAT16 -> {
                var data = segment();
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
        return segment().toArray(JAVA_DOUBLE);
    }

    /** A copy of the elements of an int64 or uint64 tensor; uint64 as the same 64 bits. */
    public long[] longs() {
        if (elementType != ElementType.INT64 && elementType != ElementType.UINT64) {
            throw isNot("int64 or uint64");
        }
        return segment().toArray(JAVA_LONG);
    }

    /** A copy of the elements of an int32 or uint32 tensor; uint32 as the same 32 bits. */
    public int[] ints() {
        if (elementType != ElementType.INT32 && elementType != ElementType.UINT32) {
            throw isNot("int32 or uint32");
        }
        return segment().toArray(JAVA_INT);
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
        return StringTensors.read(handle(), shape);
    }

    private TensorException isNot(String wanted) {
        return new TensorException("this tensor is " + elementType + ", not " + wanted);
    }

    /** The address of the elements. */
    long address() {
        return address;
    }

    /** The arena that the tensor was made in. */
    Arena arena() {
        return arena;
    }

    /** Whether the {@code OrtValue} ends without a release by who got this from {@link Values#take}. */
    boolean isTied() {
        return tied;
    }

    /** Whether the memory is somebody else's, and may be of another arena. */
    boolean isWrapped() {
        return wrapped != NULL;
    }

    /** {@code float32[1, 10]}. */
    @Override
    public String toString() {
        return elementType + shape.toString();
    }
}
