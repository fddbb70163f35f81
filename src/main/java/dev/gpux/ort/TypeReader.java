package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OnnxRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code OrtTypeInfo} into {@link ValueType}s. */
final class TypeReader {
    private final Api api;
    private final Arena arena;
    private final MemorySegment out;

    TypeReader(Api api, Arena arena) {
        this.api = api;
        this.arena = arena;
        this.out = arena.allocate(ADDRESS);
    }

    /** Reads and releases {@code info}. */
    ValueType take(MemorySegment info) {
        try {
            return read(info);
        } finally {
            api.call(ApiFunction.RELEASE_TYPE_INFO, info);
        }
    }

    private ValueType read(MemorySegment info) {
        api.check(api.call(ApiFunction.GET_ONNX_TYPE_FROM_TYPE_INFO, info, out));
        int kind = out.get(JAVA_INT, 0);
        if (kind == OnnxRuntime.ONNX_TYPE_TENSOR()) {
            var tensor = tensorInfo(info);
            return new ValueType.TensorType(elementType(tensor), dimensions(tensor));
        } else if (kind == OnnxRuntime.ONNX_TYPE_SPARSETENSOR()) {
            var tensor = tensorInfo(info);
            return new ValueType.SparseTensorType(elementType(tensor), dimensions(tensor));
        } else if (kind == OnnxRuntime.ONNX_TYPE_SEQUENCE()) {
            api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_SEQUENCE_TYPE_INFO, info, out));
            api.check(api.call(ApiFunction.GET_SEQUENCE_ELEMENT_TYPE, out.get(ADDRESS, 0), out));
            return new ValueType.SequenceType(take(out.get(ADDRESS, 0)));
        } else if (kind == OnnxRuntime.ONNX_TYPE_MAP()) {
            return map(info);
        } else if (kind == OnnxRuntime.ONNX_TYPE_OPTIONAL()) {
            api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_OPTIONAL_TYPE_INFO, info, out));
            api.check(api.call(ApiFunction.GET_OPTIONAL_CONTAINED_TYPE_INFO, out.get(ADDRESS, 0), out));
            return new ValueType.OptionalType(take(out.get(ADDRESS, 0)));
        }
        return new ValueType.OpaqueType();
    }

    private ValueType map(MemorySegment info) {
        api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_MAP_TYPE_INFO, info, out));
        var map = out.get(ADDRESS, 0);
        api.check(api.call(ApiFunction.GET_MAP_KEY_TYPE, map, out));
        var key = element(out.get(JAVA_INT, 0));
        api.check(api.call(ApiFunction.GET_MAP_VALUE_TYPE, map, out));
        return new ValueType.MapType(key, take(out.get(ADDRESS, 0)));
    }

    private MemorySegment tensorInfo(MemorySegment info) {
        api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_TENSOR_INFO, info, out));
        return out.get(ADDRESS, 0);
    }

    private ElementType elementType(MemorySegment tensor) {
        api.check(api.call(ApiFunction.GET_TENSOR_ELEMENT_TYPE, tensor, out));
        return element(out.get(JAVA_INT, 0));
    }

    static ElementType element(int type) {
        return ElementType.fromOrt(type).orElseThrow(() -> new OrtException(ErrorCode.NOT_IMPLEMENTED,
            "the model uses element type number " + type + ", which is newer than this version of GPUX"));
    }

    private List<Dimension> dimensions(MemorySegment tensor) {
        api.check(api.call(ApiFunction.GET_DIMENSIONS_COUNT, tensor, out));
        int rank = Math.toIntExact(out.get(JAVA_LONG, 0));
        var sizes = arena.allocate(JAVA_LONG, Math.max(1, rank));
        var symbols = arena.allocate(ADDRESS, Math.max(1, rank));
        api.check(api.call(ApiFunction.GET_DIMENSIONS, tensor, sizes, Api.value(rank)));
        api.check(api.call(ApiFunction.GET_SYMBOLIC_DIMENSIONS, tensor, symbols, Api.value(rank)));
        var dimensions = new ArrayList<Dimension>(rank);
        for (int i = 0; i < rank; i++) {
            long size = sizes.getAtIndex(JAVA_LONG, i);
            var symbol = Api.string(symbols.getAtIndex(ADDRESS, i));
            dimensions.add(size >= 0 ? Dimension.fixed(size)
                : symbol.isEmpty() ? Dimension.UNKNOWN : Dimension.symbolic(symbol));
        }
        return dimensions;
    }
}
