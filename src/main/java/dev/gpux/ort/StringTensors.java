package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tensors of strings, whose elements live in ORT's own objects. */
final class StringTensors {
    private StringTensors() { }

    /** The address of the {@code OrtValue}, which belongs to {@code arena}. */
    static long create(Arena arena, List<String> elements, Shape shape) {
        var api = Environment.get().gate();
        try (var scratch = Arena.ofConfined()) {
            var handle = Values.own(api, arena, api.createTensor(ElementType.STRING, shape,
                scratch.allocate(JAVA_LONG, shape.rank() + 1L)));
            var out = scratch.allocate(ADDRESS);
            // Not FillStringTensor: it takes C strings, and these may contain NUL.
            for (int i = 0; i < elements.size(); i++) {
                var text = MemorySegment.ofArray(elements.get(i).getBytes(StandardCharsets.UTF_8));
                api.check(api.call(ApiFunction.GET_RESIZED_STRING_TENSOR_ELEMENT_BUFFER,
                    handle, Api.value(i), Api.value(text.byteSize()), out));
                out.get(ADDRESS, 0).reinterpret(text.byteSize(), arena, null).copyFrom(text);
            }
            return handle.address();
        }
    }

    static List<String> read(MemorySegment handle, Shape shape) {
        var api = Environment.get().gate();
        int count = Math.toIntExact(shape.elements());
        if (count == 0) {
            return List.of();
        }
        try (var scratch = Arena.ofConfined()) {
            var length = scratch.allocate(JAVA_LONG);
            api.check(api.call(ApiFunction.GET_STRING_TENSOR_DATA_LENGTH, handle, length));
            long bytes = length.get(JAVA_LONG, 0);
            var text = scratch.allocate(Math.max(1, bytes));
            var offsets = scratch.allocate(JAVA_LONG, count);
            api.check(api.call(ApiFunction.GET_STRING_TENSOR_CONTENT,
                handle, text, Api.value(bytes), offsets, Api.value(count)));
            var strings = new ArrayList<String>(count);
            for (int i = 0; i < count; i++) {
                long from = offsets.getAtIndex(JAVA_LONG, i);
                long to = i + 1 < count ? offsets.getAtIndex(JAVA_LONG, i + 1L) : bytes;
                strings.add(new String(text.asSlice(from, to - from).toArray(JAVA_BYTE), StandardCharsets.UTF_8));
            }
            return List.copyOf(strings);
        }
    }
}
