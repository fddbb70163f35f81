package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code OrtModelMetadata}. */
final class MetadataReader {
    private final Api api;
    private final MemorySegment table;
    private final Arena scratch;
    private final MemorySegment out;
    private final MemorySegment allocator;

    private MetadataReader(Api api, Arena scratch) {
        this.api = api;
        this.table = api.table();
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
        api.check(OrtApi.SessionGetModelMetadata.invoke(OrtApi.SessionGetModelMetadata(table), session, out));
        var data = out.get(ADDRESS, 0);
        try {
            return new ModelMetadata(
                text(OrtApi.ModelMetadataGetProducerName.invoke(
                    OrtApi.ModelMetadataGetProducerName(table), data, allocator, out)),
                text(OrtApi.ModelMetadataGetGraphName.invoke(
                    OrtApi.ModelMetadataGetGraphName(table), data, allocator, out)),
                text(OrtApi.ModelMetadataGetGraphDescription.invoke(
                    OrtApi.ModelMetadataGetGraphDescription(table), data, allocator, out)),
                text(OrtApi.ModelMetadataGetDomain.invoke(
                    OrtApi.ModelMetadataGetDomain(table), data, allocator, out)),
                text(OrtApi.ModelMetadataGetDescription.invoke(
                    OrtApi.ModelMetadataGetDescription(table), data, allocator, out)),
                version(data), custom(data));
        } finally {
            OrtApi.ReleaseModelMetadata.invoke(OrtApi.ReleaseModelMetadata(table), data);
        }
    }

    private String text(MemorySegment status) {
        api.check(status);
        return api.takeString(out.get(ADDRESS, 0));
    }

    private long version(MemorySegment data) {
        api.check(OrtApi.ModelMetadataGetVersion.invoke(OrtApi.ModelMetadataGetVersion(table), data, out));
        return out.get(JAVA_LONG, 0);
    }

    private Map<String, String> custom(MemorySegment data) {
        var count = scratch.allocate(JAVA_LONG);
        api.check(OrtApi.ModelMetadataGetCustomMetadataMapKeys.invoke(
            OrtApi.ModelMetadataGetCustomMetadataMapKeys(table), data, allocator, out, count));
        long keys = count.get(JAVA_LONG, 0);
        var custom = new LinkedHashMap<String, String>();
        if (keys == 0) {
            return custom;
        }
        var pointers = out.get(ADDRESS, 0).reinterpret(keys * ADDRESS.byteSize());
        for (long i = 0; i < keys; i++) {
            var key = pointers.getAtIndex(ADDRESS, i);
            api.check(OrtApi.ModelMetadataLookupCustomMetadataMap.invoke(
                OrtApi.ModelMetadataLookupCustomMetadataMap(table), data, allocator, key, out));
            custom.put(api.takeString(key), api.takeString(out.get(ADDRESS, 0)));
        }
        api.free(pointers);
        return custom;
    }
}
