package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Turns {@code OrtValue}s into {@link Value}s and back. */
final class Values {
    /** Bytes of scratch memory for reading any value, and for making a tensor of up to fifteen dimensions. */
    static final long SCRATCH = 16 * Long.BYTES;

    private Values() { }

    /** Makes a sequence of {@code elements}, or a map of keys and values. */
    static MemorySegment create(Arena arena, List<? extends Value> elements, int kind) {
        var api = Environment.get().gate();
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            var handles = scratch.allocate(ADDRESS, Math.max(1, elements.size()));
            for (int i = 0; i < elements.size(); i++) {
                if (elements.get(i) instanceof OptionalValue) {
                    throw new TensorException("an optional without a value cannot be an element");
                }
                handles.setAtIndex(ADDRESS, i, elements.get(i).handle());
            }
            api.check(HeldMemory.of(elements).call(api.pointer(ApiFunction.CREATE_VALUE),
                handles, Api.value(elements.size()), Api.value(kind), out));
            return own(api, arena, out.get(JAVA_LONG, 0));
        }
    }

    /** A value with the same content in memory of its own. */
    static Value copy(Arena arena, Value value) {
        return switch (value) {
            case Tensor tensor -> tensor.copy(arena);
            case SequenceValue sequence when sequence.elements().isEmpty() -> sequence;
            case SequenceValue sequence -> SequenceValue.of(arena,
                sequence.elements().stream().map(element -> copy(arena, element)).toList());
            case MapValue map -> MapValue.of(arena, map.keys().copy(arena), map.values().copy(arena));
            case OptionalValue none -> none;
        };
    }

    /** Ties {@code pointer} to {@code arena}, whose end releases it. */
    static MemorySegment own(Api api, Arena arena, long pointer) {
        return own(arena, MemorySegment.ofAddress(pointer), api.releaseValueAction());
    }

    /** Ties {@code pointer} to {@code arena}, whose end does {@code release}; does it at once if it cannot be tied. */
    static MemorySegment own(Arena arena, MemorySegment pointer, Consumer<MemorySegment> release) {
        try {
            return pointer.reinterpret(arena, release);
        } catch (RuntimeException | Error e) {
            release.accept(pointer);
            throw e;
        }
    }

    /**
     * Takes over an {@code OrtValue} that ORT made: the end of {@code arena} releases it.
     *
     * @param scratch {@link #SCRATCH} bytes, aligned to 8
     */
    static Value adopt(Api api, Arena arena, long pointer, MemorySegment scratch) {
        if (pointer == 0) {
            return OptionalValue.EMPTY;
        }
        var handle = own(api, arena, pointer);
        return TensorInfo.isTensor(api, pointer, scratch) ? Tensor.adopt(api, arena, pointer, true, scratch)
            : container(api, arena, handle, scratch);
    }

    /**
     * As {@link #adopt}, but that a tensor becomes the caller's, who ends with {@link #releaseTensors}: that costs less
     * than an arena's knowing of it.
     */
    static Value take(Api api, Arena arena, long pointer, MemorySegment scratch) {
        if (pointer == 0) {
            return OptionalValue.EMPTY;
        }
        if (!TensorInfo.isTensor(api, pointer, scratch)) {
            return container(api, arena, own(api, arena, pointer), scratch);
        }
        try {
            return Tensor.adopt(api, arena, pointer, false, scratch);
        } catch (RuntimeException | Error e) {
            api.releaseValue(pointer);
            throw e;
        }
    }

    /** Releases the tensors among {@code values} that {@link #take} gave. */
    static void releaseTensors(Api api, Value[] values) {
        for (var value : values) {
            if (value instanceof Tensor tensor && !tensor.isTied()) {
                api.releaseValue(tensor.pointer());
            }
        }
    }

    /** Ties the tensors among {@code values} that {@link #take} gave to {@code arena}. */
    static void own(Api api, Arena arena, Value[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Tensor tensor && !tensor.isTied()) {
                try {
                    own(api, arena, tensor.pointer());
                } catch (RuntimeException | Error e) {
                    releaseTensors(api, Arrays.copyOfRange(values, i + 1, values.length));
                    throw e;
                }
            }
        }
    }

    /** What is no tensor. To ask for its kind costs as much as to read a tensor. */
    private static Value container(Api api, Arena arena, MemorySegment handle, MemorySegment scratch) {
        // An optional without a value has no type either, and ORT would follow the pointer to it.
        api.check(api.call(ApiFunction.HAS_VALUE, handle, scratch));
        if (scratch.get(JAVA_INT, 0) == 0) {
            return OptionalValue.EMPTY;
        }
        api.check(api.call(ApiFunction.GET_VALUE_TYPE, handle, scratch));
        int kind = scratch.get(JAVA_INT, 0);
        if (kind == OnnxRuntime.ONNX_TYPE_SEQUENCE()) {
            return sequence(api, arena, handle, scratch);
        } else if (kind == OnnxRuntime.ONNX_TYPE_MAP()) {
            return new MapValue(handle, (Tensor) element(api, arena, handle, 0, scratch),
                (Tensor) element(api, arena, handle, 1, scratch));
        }
        throw new OrtException(ErrorCode.NOT_IMPLEMENTED,
            "an output is of ONNX type number " + kind + "; GPUX reads tensors, sequences, maps and optionals");
    }

    private static Value sequence(Api api, Arena arena, MemorySegment handle, MemorySegment scratch) {
        api.check(api.call(ApiFunction.GET_VALUE_COUNT, handle, scratch));
        int count = Math.toIntExact(scratch.get(JAVA_LONG, 0));
        var elements = new ArrayList<Value>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element(api, arena, handle, i, scratch));
        }
        return new SequenceValue(handle, elements);
    }

    private static Value element(Api api, Arena arena, MemorySegment of, int index, MemorySegment scratch) {
        api.check(api.call(ApiFunction.GET_VALUE, of, Api.value(index), api.defaultAllocator(), scratch));
        return adopt(api, arena, scratch.get(JAVA_LONG, 0), scratch);
    }
}
