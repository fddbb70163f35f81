package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
        int kind = Cells.code(out);
        if (kind == OnnxRuntime.ONNX_TYPE_TENSOR()) {
            var tensor = tensorInfo(info);
            return new ValueType.TensorType(elementType(tensor), dimensions(tensor));
        } else if (kind == OnnxRuntime.ONNX_TYPE_SPARSETENSOR()) {
            var tensor = tensorInfo(info);
            return new ValueType.SparseTensorType(elementType(tensor), dimensions(tensor));
        } else if (kind == OnnxRuntime.ONNX_TYPE_SEQUENCE()) {
            api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_SEQUENCE_TYPE_INFO, info, out));
            api.check(api.call(ApiFunction.GET_SEQUENCE_ELEMENT_TYPE, Cells.pointer(out), out));
            return new ValueType.SequenceType(take(Cells.pointer(out)));
        } else if (kind == OnnxRuntime.ONNX_TYPE_MAP()) {
            return map(info);
        } else if (kind == OnnxRuntime.ONNX_TYPE_OPTIONAL()) {
            api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_OPTIONAL_TYPE_INFO, info, out));
            api.check(api.call(ApiFunction.GET_OPTIONAL_CONTAINED_TYPE_INFO, Cells.pointer(out), out));
            return new ValueType.OptionalType(take(Cells.pointer(out)));
        }
        return new ValueType.OpaqueType();
    }

    private ValueType map(MemorySegment info) {
        api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_MAP_TYPE_INFO, info, out));
        var map = Cells.pointer(out);
        api.check(api.call(ApiFunction.GET_MAP_KEY_TYPE, map, out));
        var key = element(Cells.code(out));
        api.check(api.call(ApiFunction.GET_MAP_VALUE_TYPE, map, out));
        return new ValueType.MapType(key, take(Cells.pointer(out)));
    }

    private MemorySegment tensorInfo(MemorySegment info) {
        api.check(api.call(ApiFunction.CAST_TYPE_INFO_TO_TENSOR_INFO, info, out));
        return Cells.pointer(out);
    }

    private ElementType elementType(MemorySegment tensor) {
        api.check(api.call(ApiFunction.GET_TENSOR_ELEMENT_TYPE, tensor, out));
        return element(Cells.code(out));
    }

    static ElementType element(int type) {
        return ElementType.fromOrt(type).orElseThrow(() -> new OrtException(ErrorCode.NOT_IMPLEMENTED,
            "the model uses element type number " + type + ", which is newer than this version of GPUX"));
    }

    private List<Dimension> dimensions(MemorySegment tensor) {
        api.check(api.call(ApiFunction.GET_DIMENSIONS_COUNT, tensor, out));
        int rank = Math.toIntExact(Cells.number(out));
        var sizes = arena.allocate(JAVA_LONG, Math.max(1, rank));
        var symbols = arena.allocate(ADDRESS, Math.max(1, rank));
        api.check(api.call(ApiFunction.GET_DIMENSIONS, tensor, sizes, Api.value(rank)));
        api.check(api.call(ApiFunction.GET_SYMBOLIC_DIMENSIONS, tensor, symbols, Api.value(rank)));
        var dimensions = new ArrayList<Dimension>(rank);
        for (int i = 0; i < rank; i++) {
            long size = Cells.number(sizes, i);
            var symbol = Cells.string(Cells.pointer(symbols, i));
            dimensions.add(size >= 0 ? Dimension.fixed(size)
                : symbol.isEmpty() ? Dimension.UNKNOWN : Dimension.symbolic(symbol));
        }
        return dimensions;
    }
}
