package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.gpux.ffi.OrtMIGraphXProviderOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The calls of the C API that append one particular execution provider each, on one {@link SessionOptions}; the generic
 * call is {@link SessionOptions#appendProvider}. Options are given as ORT's own keys and values: {@code
 * dev.gpux.provider} has them typed and checked.
 *
 * <p>Every method throws {@link OrtException} if the library was built without the provider, if the provider's own
 * library cannot be loaded (the reason is in ORT's log only), or if ORT refuses an option.
 */
public final class ProviderCalls {
    private static final String LEGACY = "OrtSessionOptionsAppendExecutionProvider_";

    private final SessionOptions options;
    private final Api api;

    private ProviderCalls(SessionOptions options) {
        this.options = options;
        this.api = Environment.get().gate();
    }

    /** The calls on {@code options}. */
    public static ProviderCalls on(SessionOptions options) {
        return new ProviderCalls(options);
    }

    /** The four calls around an opaque options object, which lives only while it is being appended. */
    private record Opaque(ApiFunction create, ApiFunction update, ApiFunction append, ApiFunction release) { }

    /** {@code SessionOptionsAppendExecutionProvider_CUDA_V2}; {@code stream} is the caller's {@code cudaStream_t}. */
    public void cuda(Map<String, String> entries, Optional<MemorySegment> stream) {
        append(new Opaque(ApiFunction.CREATE_CUDA_PROVIDER_OPTIONS, ApiFunction.UPDATE_CUDA_PROVIDER_OPTIONS,
                ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_CUDA_V2,
                ApiFunction.RELEASE_CUDA_PROVIDER_OPTIONS),
            entries, stream(ApiFunction.UPDATE_CUDA_PROVIDER_OPTIONS_WITH_VALUE, stream));
        graph(entries.get("enable_cuda_graph"));
    }

    /** {@code SessionOptionsAppendExecutionProvider_TensorRT_V2}; {@code stream} is a {@code cudaStream_t}. */
    public void tensorRt(Map<String, String> entries, Optional<MemorySegment> stream) {
        append(new Opaque(ApiFunction.CREATE_TENSOR_RT_PROVIDER_OPTIONS,
                ApiFunction.UPDATE_TENSOR_RT_PROVIDER_OPTIONS,
                ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_TENSOR_RT_V2,
                ApiFunction.RELEASE_TENSOR_RT_PROVIDER_OPTIONS),
            entries, stream(ApiFunction.UPDATE_TENSOR_RT_PROVIDER_OPTIONS_WITH_VALUE, stream));
        graph(entries.get("trt_cuda_graph_enable"));
    }

    private void graph(String enabled) {
        if ("1".equals(enabled)) {
            options.recordsGraphs();
        }
    }

    /** {@code SessionOptionsAppendExecutionProvider_ROCM}, for libraries before 1.23. */
    public void rocm(Map<String, String> entries) {
        append(new Opaque(ApiFunction.CREATE_ROCM_PROVIDER_OPTIONS, ApiFunction.UPDATE_ROCM_PROVIDER_OPTIONS,
            ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_ROCM,
            ApiFunction.RELEASE_ROCM_PROVIDER_OPTIONS), entries, _ -> { });
    }

    /** {@code SessionOptionsAppendExecutionProvider_CANN}. */
    public void cann(Map<String, String> entries) {
        append(new Opaque(ApiFunction.CREATE_CANN_PROVIDER_OPTIONS, ApiFunction.UPDATE_CANN_PROVIDER_OPTIONS,
            ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_CANN,
            ApiFunction.RELEASE_CANN_PROVIDER_OPTIONS), entries, _ -> { });
    }

    /** {@code SessionOptionsAppendExecutionProvider_Dnnl}. */
    public void oneDnn(Map<String, String> entries) {
        append(new Opaque(ApiFunction.CREATE_DNNL_PROVIDER_OPTIONS, ApiFunction.UPDATE_DNNL_PROVIDER_OPTIONS,
            ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_DNNL,
            ApiFunction.RELEASE_DNNL_PROVIDER_OPTIONS), entries, _ -> { });
    }

    /** {@code SessionOptionsAppendExecutionProvider_OpenVINO_V2}. */
    public void openVino(Map<String, String> entries) {
        append(ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_OPEN_VINO_V2, options.handle(), entries);
        options.usesDevices();
    }

    /** {@code SessionOptionsAppendExecutionProvider_VitisAI}. */
    public void vitisAi(Map<String, String> entries) {
        append(ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_VITIS_AI, options.handle(), entries);
        options.usesDevices();
    }

    /**
     * What {@code OrtMIGraphXProviderOptions} holds; paths and tables that are not wanted are empty.
     *
     * @param device HIP's number of the device
     * @param fp16 computes in float16
     * @param fp8 computes in float8
     * @param int8 computes in int8, calibrated by {@code calibrationTable}
     * @param nativeCalibration whether that table is MIGraphX's own
     * @param calibrationTable the file's name
     * @param exhaustiveTune tries every kernel when it compiles
     * @param memoryLimit bytes of the device arena; -1 for no limit
     * @param exactGrowth whether the arena grows by what is asked for, not to the next power of two
     */
    public record MiGraphXOptions(int device, boolean fp16, boolean fp8, boolean int8, boolean nativeCalibration,
                                  Optional<String> calibrationTable, boolean exhaustiveTune, long memoryLimit,
                                  boolean exactGrowth) { }

    /** {@code SessionOptionsAppendExecutionProvider_MIGraphX}. */
    public void miGraphX(MiGraphXOptions wanted) {
        try (var scratch = Arena.ofConfined()) {
            var struct = OrtMIGraphXProviderOptions.allocate(scratch);
            OrtMIGraphXProviderOptions.device_id(struct, wanted.device());
            OrtMIGraphXProviderOptions.migraphx_fp16_enable(struct, wanted.fp16() ? 1 : 0);
            OrtMIGraphXProviderOptions.migraphx_fp8_enable(struct, wanted.fp8() ? 1 : 0);
            OrtMIGraphXProviderOptions.migraphx_int8_enable(struct, wanted.int8() ? 1 : 0);
            OrtMIGraphXProviderOptions.migraphx_use_native_calibration_table(struct,
                wanted.nativeCalibration() ? 1 : 0);
            wanted.calibrationTable().ifPresent(table -> OrtMIGraphXProviderOptions
                .migraphx_int8_calibration_table_name(struct, scratch.allocateFrom(table)));
            OrtMIGraphXProviderOptions.migraphx_exhaustive_tune(struct, wanted.exhaustiveTune());
            OrtMIGraphXProviderOptions.migraphx_mem_limit(struct, wanted.memoryLimit());
            OrtMIGraphXProviderOptions.migraphx_arena_extend_strategy(struct, wanted.exactGrowth() ? 1 : 0);
            api.check(api.call(ApiFunction.SESSION_OPTIONS_APPEND_EXECUTION_PROVIDER_MI_GRAPH_X,
                options.handle(), struct));
        }
        options.usesDevices();
    }

    /** Whether the library exports {@code OrtSessionOptionsAppendExecutionProvider_<name>}. */
    public static boolean hasLegacy(String name) {
        return Environment.get().library().symbols().find(LEGACY + name).isPresent();
    }

    /**
     * {@code OrtSessionOptionsAppendExecutionProvider_<name>(options, argument)}: the exported functions of the days
     * before the table had entries for providers ({@code DML}, {@code CoreML}, {@code ROCM}, {@code MIGraphX}, …).
     *
     * @throws OrtException {@link ErrorCode#NOT_IMPLEMENTED} if the library does not export it
     */
    public void legacy(String name, int argument) {
        var function = Environment.get().library().symbols().find(LEGACY + name).orElseThrow(() -> new OrtException(
            ErrorCode.NOT_IMPLEMENTED, "this ONNX Runtime does not export " + LEGACY + name));
        api.check(Downcall.pointers(function, options.handle(), Api.value(argument), NULL, NULL));
        options.usesDevices();
    }

    private void append(Opaque calls, Map<String, String> entries, Consumer<MemorySegment> more) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(calls.create(), out));
            var opaque = out.get(ADDRESS, 0);
            try {
                append(calls.update(), opaque, entries);
                more.accept(opaque);
                api.check(api.call(calls.append(), options.handle(), opaque));
            } finally {
                api.call(calls.release(), opaque);
            }
        }
        options.usesDevices();
    }

    /** A call that takes an object and any number of keys and values. */
    private void append(ApiFunction function, MemorySegment to, Map<String, String> entries) {
        try (var scratch = Arena.ofConfined()) {
            var keys = List.copyOf(entries.keySet());
            var values = keys.stream().map(entries::get).toList();
            api.check(api.call(function, to, Api.cStrings(scratch, keys), Api.cStrings(scratch, values),
                Api.value(keys.size())));
        }
    }

    /** Sets the stream, a pointer, which the calls with texts cannot carry. */
    private Consumer<MemorySegment> stream(ApiFunction function, Optional<MemorySegment> stream) {
        return opaque -> stream.ifPresent(pointer -> {
            try (var scratch = Arena.ofConfined()) {
                api.check(api.call(function, opaque, scratch.allocateFrom("user_compute_stream"), pointer));
            }
            options.computesOn(pointer);
        });
    }
}
