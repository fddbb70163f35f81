package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tensors of strings, whose elements live in ORT's own objects. */
final class StringTensors {
    private StringTensors() { }

    static MemorySegment create(Arena arena, List<String> elements, Shape shape) {
        var api = Environment.get().gate();
        var table = api.table();
        try (var scratch = Arena.ofConfined()) {
            var handle = Values.own(api, arena, Values.createTensor(api, scratch, ElementType.STRING, shape));
            var out = scratch.allocate(ADDRESS);
            // Not FillStringTensor: it takes C strings, and these may contain NUL.
            for (int i = 0; i < elements.size(); i++) {
                var text = MemorySegment.ofArray(elements.get(i).getBytes(StandardCharsets.UTF_8));
                api.check(OrtApi.GetResizedStringTensorElementBuffer.invoke(
                    OrtApi.GetResizedStringTensorElementBuffer(table), handle, i, text.byteSize(), out));
                out.get(ADDRESS, 0).reinterpret(text.byteSize(), arena, null).copyFrom(text);
            }
            return handle;
        }
    }

    static List<String> read(MemorySegment handle, Shape shape) {
        var api = Environment.get().gate();
        var table = api.table();
        int count = Math.toIntExact(shape.elements());
        if (count == 0) {
            return List.of();
        }
        try (var scratch = Arena.ofConfined()) {
            var length = scratch.allocate(JAVA_LONG);
            api.check(OrtApi.GetStringTensorDataLength.invoke(
                OrtApi.GetStringTensorDataLength(table), handle, length));
            long bytes = length.get(JAVA_LONG, 0);
            var text = scratch.allocate(Math.max(1, bytes));
            var offsets = scratch.allocate(JAVA_LONG, count);
            api.check(OrtApi.GetStringTensorContent.invoke(
                OrtApi.GetStringTensorContent(table), handle, text, bytes, offsets, count));
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
