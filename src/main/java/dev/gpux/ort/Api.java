package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;

import dev.gpux.ffi.OnnxRuntime;
import dev.gpux.ort.library.LibraryException;
import dev.gpux.ort.library.LoadedLibrary;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The function table of the loaded library and the one gate through which every status of it goes.
 *
 * <p>The table's segment ends where the negotiated version ends, so that reading a function which the library does not
 * have is an exception and not a jump into the unknown; {@link #pointer} says it in words.
 */
final class Api {
    /** The oldest ORT this binding runs on. */
    static final int OLDEST = 22;
    /** The version of the headers that {@code dev.gpux.ffi} was generated from ({@code ORT_API_VERSION}). */
    static final int NEWEST = 29;
    /** Members of {@code OrtApi} by version, from {@link #OLDEST} on: where the table of an older library ends. */
    private static final int[] MEMBERS = {318, 390, 415, 419, 419, 422, 424, 425};
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private final MemorySegment table;
    private final int version;
    private final String libraryVersion;
    private final MemorySegment defaultAllocator;
    /** The {@code OrtMemoryInfo*} of plain CPU memory; lives as long as the process. */
    private final MemorySegment cpuMemory;
    private final MemorySegment allocatorFree;
    private final MemorySegment releaseValue;
    // Pointers of the calls on the hot path, read once.
    private final MemorySegment createTensor;
    private final MemorySegment createTensorWithData;
    private final MemorySegment getTensorMutableData;
    private final MemorySegment getTensorTypeAndShapeReference;
    private final Consumer<MemorySegment> releaseValueAction = value -> releaseValue(value.address());

    private Api(MemorySegment table, int version, String libraryVersion) {
        this.table = table;
        this.version = version;
        this.libraryVersion = libraryVersion;
        this.allocatorFree = pointer(ApiFunction.ALLOCATOR_FREE);
        this.releaseValue = pointer(ApiFunction.RELEASE_VALUE);
        this.createTensor = pointer(ApiFunction.CREATE_TENSOR_AS_ORT_VALUE);
        this.createTensorWithData = pointer(ApiFunction.CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE);
        this.getTensorMutableData = pointer(ApiFunction.GET_TENSOR_MUTABLE_DATA);
        this.getTensorTypeAndShapeReference = version >= TensorInfo.BY_REFERENCE
            ? pointer(ApiFunction.GET_TENSOR_ELEMENT_TYPE_AND_SHAPE_DATA_REFERENCE) : MemorySegment.NULL;
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(POINTER);
            check(call(ApiFunction.GET_ALLOCATOR_WITH_DEFAULT_OPTIONS, out));
            this.defaultAllocator = Cells.pointer(out);
            check(call(ApiFunction.CREATE_CPU_MEMORY_INFO, value(OnnxRuntime.OrtDeviceAllocator()),
                value(OnnxRuntime.OrtMemTypeDefault()), out));
            this.cpuMemory = Cells.pointer(out);
        }
    }

    /** Asks the library for the newest table that both sides know. */
    static Api negotiate(LoadedLibrary library) {
        // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t); const char* (*GetVersionString)(void); }
        var base = value(Downcall.pointers(library.getApiBase(), NULL, NULL, NULL, NULL))
            .reinterpret(2 * POINTER.byteSize());
        var text = Cells.string(value(Downcall.pointers(Cells.pointer(base, 1), NULL, NULL, NULL, NULL)));
        int minor = minorOf(text);
        int version = Math.min(NEWEST, minor);
        if (version < OLDEST) {
            throw new LibraryException(LibraryException.Kind.TOO_OLD, library.path() + " is ONNX Runtime " + text
                + "; GPUX needs 1." + OLDEST + " or newer. Point --ort or GPUX_ORT at a newer library.");
        }
        var table = value(Downcall.pointers(Cells.pointer(base, 0), value(version), NULL, NULL, NULL));
        if (table.address() == 0) {
            throw new LibraryException(LibraryException.Kind.TOO_OLD, library.path() + " calls itself ONNX Runtime "
                + text + " but has no API version " + version + "; it is not a released build.");
        }
        return new Api(table.reinterpret(MEMBERS[version - OLDEST] * POINTER.byteSize()), version, text);
    }

    /** The 22 in {@code 1.22.0}; 0 where the text is of another form. */
    static int minorOf(String version) {
        int dot = version.indexOf('.');
        if (dot < 0 || !version.substring(0, dot).equals("1")) {
            return 0;
        }
        int end = dot + 1;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == dot + 1 || end > dot + 6 ? 0 : Integer.parseInt(version, dot + 1, end, 10);
    }

    /** The table of functions, of the size that the negotiated version has. */
    MemorySegment table() {
        return table;
    }

    /** The negotiated API version: at most {@link #NEWEST} and at most the library's own. */
    int version() {
        return version;
    }

    /** The library's own version, such as {@code 1.29.0}. */
    String libraryVersion() {
        return libraryVersion;
    }

    /** ORT's default CPU allocator; owned by ORT. */
    MemorySegment defaultAllocator() {
        return defaultAllocator;
    }

    /** How many members the table of {@code version} has. */
    static int members(int version) {
        return MEMBERS[version - OLDEST];
    }

    /**
     * Where a function is.
     *
     * @throws OrtException {@link ErrorCode#NOT_IMPLEMENTED}, naming the version that is needed, if the library's table
     *     ends before it
     */
    MemorySegment pointer(ApiFunction function) {
        if (function.index() >= members(version)) {
            throw new OrtException(ErrorCode.NOT_IMPLEMENTED, function + " needs ONNX Runtime 1."
                + since(function.index()) + " or newer; this is " + libraryVersion);
        }
        return Cells.pointer(table, function.index());
    }

    /** The first version, from {@link #OLDEST} on, whose table has a member with this index. */
    static int since(int index) {
        int version = OLDEST;
        while (members(version) <= index) {
            version++;
        }
        return version;
    }

    /** A number as an argument. */
    static MemorySegment value(long number) {
        return MemorySegment.ofAddress(number);
    }

    /** A call with one argument; what is returned may be a status, which {@link #check} takes. */
    MemorySegment call(ApiFunction function, MemorySegment a) {
        return value(Downcall.pointers(pointer(function), a, NULL, NULL, NULL));
    }

    /** A call with two arguments. */
    MemorySegment call(ApiFunction function, MemorySegment a, MemorySegment b) {
        return value(Downcall.pointers(pointer(function), a, b, NULL, NULL));
    }

    /** A call with three arguments. */
    MemorySegment call(ApiFunction function, MemorySegment a, MemorySegment b, MemorySegment c) {
        return value(Downcall.pointers(pointer(function), a, b, c, NULL));
    }

    /** A call with four arguments. */
    MemorySegment call(ApiFunction function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
        return value(Downcall.pointers(pointer(function), a, b, c, d));
    }

    /** A call with up to eight arguments. */
    MemorySegment call(ApiFunction function, MemorySegment... arguments) {
        return value(new HeldMemory().call(pointer(function), arguments));
    }

    /** The call gate: returns if {@code status} is NULL, else releases it and throws what it says. */
    void check(MemorySegment status) {
        check(status.address());
    }

    /** As {@link #check(MemorySegment)}. */
    void check(long status) {
        if (status != 0) {
            throw failure(value(status));
        }
    }

    private OrtException failure(MemorySegment status) {
        int code = (int) call(ApiFunction.GET_ERROR_CODE, status).address();
        var message = Cells.string(call(ApiFunction.GET_ERROR_MESSAGE, status));
        call(ApiFunction.RELEASE_STATUS, status);
        return new OrtException(ErrorCode.of(code), message);
    }

    /** {@link #releaseValue} as one object for all. */
    Consumer<MemorySegment> releaseValueAction() {
        return releaseValueAction;
    }

    // What every run calls: on the addresses of values that the caller keeps alive.

    /** Releases an {@code OrtValue}. */
    void releaseValue(long value) {
        Downcall.words(releaseValue, value, 0, 0, 0, 0, 0, 0);
    }

    /**
     * Makes a tensor with uninitialised elements in memory of the default allocator; the caller owns it.
     *
     * @param scratch room for a pointer and the sizes of the dimensions
     */
    long createTensor(ElementType type, Shape shape, MemorySegment scratch) {
        shape.write(scratch, POINTER.byteSize());
        check(Downcall.words(createTensor, defaultAllocator.address(), scratch.address() + POINTER.byteSize(),
            shape.rank(), type.ortForMaking(), scratch.address(), 0, 0));
        return scratch.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Makes a tensor over the elements at {@code address}; the caller owns it, not the elements.
     *
     * @param scratch room for a pointer and the sizes of the dimensions
     */
    long createTensor(ElementType type, Shape shape, long address, MemorySegment scratch) {
        return createTensor(cpuMemory, type, shape, address, scratch);
    }

    /** The same for elements in any memory; ORT keeps a copy of {@code memoryInfo}. */
    long createTensor(MemorySegment memoryInfo, ElementType type, Shape shape, long address, MemorySegment scratch) {
        shape.write(scratch, POINTER.byteSize());
        check(Downcall.words(createTensorWithData, memoryInfo.address(), address, type.byteSize(shape.elements()),
            scratch.address() + POINTER.byteSize(), shape.rank(), type.ortForMaking(), scratch.address()));
        return scratch.get(ValueLayout.JAVA_LONG, 0);
    }

    /** The address of a tensor's elements. */
    long tensorData(long value, MemorySegment scratch) {
        check(Downcall.words(getTensorMutableData, value, scratch.address(), 0, 0, 0, 0, 0));
        return scratch.get(ValueLayout.JAVA_LONG, 0);
    }

    /**
     * Where a tensor keeps its type and shape; needs version {@link TensorInfo#BY_REFERENCE}.
     *
     * @param type gets the type's number; the next eight bytes get the address of the sizes, the next their number
     * @return whether it is a tensor
     */
    boolean tensorTypeAndShape(long value, MemorySegment type) {
        long status = Downcall.words(getTensorTypeAndShapeReference, value, type.address(), type.address() + Long.BYTES,
            type.address() + 2 * Long.BYTES, 0, 0, 0);
        if (status != 0) {
            call(ApiFunction.RELEASE_STATUS, value(status));
        }
        return status == 0;
    }

    /** Reads a C string that the default allocator gave, and frees it. */
    String takeString(MemorySegment text) {
        try {
            return Cells.string(text);
        } finally {
            free(text);
        }
    }

    /** Gives memory back to the default allocator. */
    void free(MemorySegment memory) {
        if (memory.address() != 0) {
            check(Downcall.pointers(allocatorFree, defaultAllocator, memory, NULL, NULL));
        }
    }

    /** Reads {@code count} C strings that ORT owns. */
    static List<String> strings(MemorySegment pointers, long count) {
        var all = pointers.reinterpret(count * POINTER.byteSize());
        var texts = new ArrayList<String>((int) count);
        for (long i = 0; i < count; i++) {
            texts.add(Cells.string(Cells.pointer(all, i)));
        }
        return List.copyOf(texts);
    }

    /** A NULL-free array of C strings. */
    static MemorySegment cStrings(Arena arena, List<String> texts) {
        var array = arena.allocate(POINTER, Math.max(1, texts.size()));
        for (int i = 0; i < texts.size(); i++) {
            Cells.setPointer(array, i, Cells.string(arena, texts.get(i)));
        }
        return array;
    }
}
