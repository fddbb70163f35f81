package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Reads {@code OrtModelMetadata}. */
final class MetadataReader {
    private final Api api;
    private final Arena scratch;
    private final MemorySegment out;
    private final MemorySegment allocator;

    private MetadataReader(Api api, Arena scratch) {
        this.api = api;
        this.scratch = scratch;
        this.out = scratch.allocate(ADDRESS);
        this.allocator = api.defaultAllocator();
    }

    static ModelMetadata read(Api api, MemorySegment session) {
        try (var scratch = Arena.ofConfined()) {
            return new MetadataReader(api, scratch).read(session);
        }
    }

    private ModelMetadata read(MemorySegment session) {
        api.check(api.call(ApiFunction.SESSION_GET_MODEL_METADATA, session, out));
        var data = Cells.pointer(out);
        try {
            return new ModelMetadata(
                text(api.call(ApiFunction.MODEL_METADATA_GET_PRODUCER_NAME, data, allocator, out)),
                text(api.call(ApiFunction.MODEL_METADATA_GET_GRAPH_NAME, data, allocator, out)),
                text(api.call(ApiFunction.MODEL_METADATA_GET_GRAPH_DESCRIPTION, data, allocator, out)),
                text(api.call(ApiFunction.MODEL_METADATA_GET_DOMAIN, data, allocator, out)),
                text(api.call(ApiFunction.MODEL_METADATA_GET_DESCRIPTION, data, allocator, out)),
                version(data), custom(data));
        } finally {
            api.call(ApiFunction.RELEASE_MODEL_METADATA, data);
        }
    }

    private String text(MemorySegment status) {
        api.check(status);
        return api.takeString(Cells.pointer(out));
    }

    private OptionalLong version(MemorySegment data) {
        api.check(api.call(ApiFunction.MODEL_METADATA_GET_VERSION, data, out));
        long version = Cells.number(out);
        // What ORT calls kNoVersion.
        return version == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(version);
    }

    private Map<String, String> custom(MemorySegment data) {
        var count = scratch.allocate(JAVA_LONG);
        api.check(api.call(ApiFunction.MODEL_METADATA_GET_CUSTOM_METADATA_MAP_KEYS, data, allocator, out, count));
        long keys = Cells.number(count);
        var custom = new LinkedHashMap<String, String>();
        if (keys == 0) {
            return custom;
        }
        var pointers = Cells.pointer(out).reinterpret(keys * ADDRESS.byteSize());
        for (long i = 0; i < keys; i++) {
            var key = Cells.pointer(pointers, i);
            api.check(api.call(ApiFunction.MODEL_METADATA_LOOKUP_CUSTOM_METADATA_MAP, data, allocator, key, out));
            custom.put(api.takeString(key), api.takeString(Cells.pointer(out)));
        }
        api.free(pointers);
        return custom;
    }
}
