package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.gpux.ffi.OrtApi;
import dev.gpux.ffi.OrtMIGraphXProviderOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

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
    private final MemorySegment table;

    private ProviderCalls(SessionOptions options) {
        this.options = options;
        this.api = Environment.get().gate();
        this.table = api.table();
    }

    /** The calls on {@code options}. */
    public static ProviderCalls on(SessionOptions options) {
        return new ProviderCalls(options);
    }

    /** Changes an opaque options object: {@code Update…ProviderOptions}. */
    @FunctionalInterface
    private interface Update {
        MemorySegment call(MemorySegment opaque, MemorySegment keys, MemorySegment values, long count);
    }

    /** The four calls around an opaque options object, which lives only while it is being appended. */
    private record Opaque(UnaryOperator<MemorySegment> create, Update update, UnaryOperator<MemorySegment> append,
                          Consumer<MemorySegment> release) { }

    /**
     * {@code SessionOptionsAppendExecutionProvider_CUDA_V2}; {@code stream} is a {@code cudaStream_t} of the caller.
     */
    public void cuda(Map<String, String> entries, Optional<MemorySegment> stream) {
        append(new Opaque(
            out -> OrtApi.CreateCUDAProviderOptions.invoke(OrtApi.CreateCUDAProviderOptions(table), out),
            (opaque, keys, values, count) -> OrtApi.UpdateCUDAProviderOptions.invoke(
                OrtApi.UpdateCUDAProviderOptions(table), opaque, keys, values, count),
            opaque -> OrtApi.SessionOptionsAppendExecutionProvider_CUDA_V2.invoke(
                OrtApi.SessionOptionsAppendExecutionProvider_CUDA_V2(table), options.handle(), opaque),
            opaque -> OrtApi.ReleaseCUDAProviderOptions.invoke(OrtApi.ReleaseCUDAProviderOptions(table), opaque)),
            entries, pointer("user_compute_stream", stream, OrtApi.UpdateCUDAProviderOptionsWithValue(table)));
    }

    /** {@code SessionOptionsAppendExecutionProvider_TensorRT_V2}; {@code stream} is a {@code cudaStream_t}. */
    public void tensorRt(Map<String, String> entries, Optional<MemorySegment> stream) {
        append(new Opaque(
            out -> OrtApi.CreateTensorRTProviderOptions.invoke(OrtApi.CreateTensorRTProviderOptions(table), out),
            (opaque, keys, values, count) -> OrtApi.UpdateTensorRTProviderOptions.invoke(
                OrtApi.UpdateTensorRTProviderOptions(table), opaque, keys, values, count),
            opaque -> OrtApi.SessionOptionsAppendExecutionProvider_TensorRT_V2.invoke(
                OrtApi.SessionOptionsAppendExecutionProvider_TensorRT_V2(table), options.handle(), opaque),
            opaque -> OrtApi.ReleaseTensorRTProviderOptions.invoke(
                OrtApi.ReleaseTensorRTProviderOptions(table), opaque)),
            entries, pointer("user_compute_stream", stream, OrtApi.UpdateTensorRTProviderOptionsWithValue(table)));
    }

    /** {@code SessionOptionsAppendExecutionProvider_ROCM}, for libraries before 1.23. */
    public void rocm(Map<String, String> entries) {
        append(new Opaque(
            out -> OrtApi.CreateROCMProviderOptions.invoke(OrtApi.CreateROCMProviderOptions(table), out),
            (opaque, keys, values, count) -> OrtApi.UpdateROCMProviderOptions.invoke(
                OrtApi.UpdateROCMProviderOptions(table), opaque, keys, values, count),
            opaque -> OrtApi.SessionOptionsAppendExecutionProvider_ROCM.invoke(
                OrtApi.SessionOptionsAppendExecutionProvider_ROCM(table), options.handle(), opaque),
            opaque -> OrtApi.ReleaseROCMProviderOptions.invoke(OrtApi.ReleaseROCMProviderOptions(table), opaque)),
            entries, _ -> { });
    }

    /** {@code SessionOptionsAppendExecutionProvider_CANN}. */
    public void cann(Map<String, String> entries) {
        append(new Opaque(
            out -> OrtApi.CreateCANNProviderOptions.invoke(OrtApi.CreateCANNProviderOptions(table), out),
            (opaque, keys, values, count) -> OrtApi.UpdateCANNProviderOptions.invoke(
                OrtApi.UpdateCANNProviderOptions(table), opaque, keys, values, count),
            opaque -> OrtApi.SessionOptionsAppendExecutionProvider_CANN.invoke(
                OrtApi.SessionOptionsAppendExecutionProvider_CANN(table), options.handle(), opaque),
            opaque -> OrtApi.ReleaseCANNProviderOptions.invoke(OrtApi.ReleaseCANNProviderOptions(table), opaque)),
            entries, _ -> { });
    }

    /** {@code SessionOptionsAppendExecutionProvider_Dnnl}. */
    public void oneDnn(Map<String, String> entries) {
        append(new Opaque(
            out -> OrtApi.CreateDnnlProviderOptions.invoke(OrtApi.CreateDnnlProviderOptions(table), out),
            (opaque, keys, values, count) -> OrtApi.UpdateDnnlProviderOptions.invoke(
                OrtApi.UpdateDnnlProviderOptions(table), opaque, keys, values, count),
            opaque -> OrtApi.SessionOptionsAppendExecutionProvider_Dnnl.invoke(
                OrtApi.SessionOptionsAppendExecutionProvider_Dnnl(table), options.handle(), opaque),
            opaque -> OrtApi.ReleaseDnnlProviderOptions.invoke(OrtApi.ReleaseDnnlProviderOptions(table), opaque)),
            entries, _ -> { });
    }

    /** {@code SessionOptionsAppendExecutionProvider_OpenVINO_V2}. */
    public void openVino(Map<String, String> entries) {
        append(entries, (keys, values, count) -> OrtApi.SessionOptionsAppendExecutionProvider_OpenVINO_V2.invoke(
            OrtApi.SessionOptionsAppendExecutionProvider_OpenVINO_V2(table), options.handle(), keys, values, count));
    }

    /** {@code SessionOptionsAppendExecutionProvider_VitisAI}. */
    public void vitisAi(Map<String, String> entries) {
        append(entries, (keys, values, count) -> OrtApi.SessionOptionsAppendExecutionProvider_VitisAI.invoke(
            OrtApi.SessionOptionsAppendExecutionProvider_VitisAI(table), options.handle(), keys, values, count));
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
            api.check(OrtApi.SessionOptionsAppendExecutionProvider_MIGraphX.invoke(
                OrtApi.SessionOptionsAppendExecutionProvider_MIGraphX(table), options.handle(), struct));
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
        MemorySegment status;
        try {
            status = (MemorySegment) Linker.nativeLinker()
                .downcallHandle(function, FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT))
                .invokeExact(options.handle(), argument);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws unchecked exceptions only", e);
        }
        api.check(status);
        options.usesDevices();
    }

    private void append(Opaque calls, Map<String, String> entries, Consumer<MemorySegment> more) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(calls.create().apply(out));
            var opaque = out.get(ADDRESS, 0);
            try {
                var keys = List.copyOf(entries.keySet());
                var values = keys.stream().map(entries::get).toList();
                api.check(calls.update().call(opaque, Api.cStrings(scratch, keys), Api.cStrings(scratch, values),
                    keys.size()));
                more.accept(opaque);
                api.check(calls.append().apply(opaque));
            } finally {
                calls.release().accept(opaque);
            }
        }
        options.usesDevices();
    }

    @FunctionalInterface
    private interface KeyedAppend {
        MemorySegment call(MemorySegment keys, MemorySegment values, long count);
    }

    private void append(Map<String, String> entries, KeyedAppend call) {
        try (var scratch = Arena.ofConfined()) {
            var keys = List.copyOf(entries.keySet());
            var values = keys.stream().map(entries::get).toList();
            api.check(call.call(Api.cStrings(scratch, keys), Api.cStrings(scratch, values), keys.size()));
        }
        options.usesDevices();
    }

    /** Sets an option that is a pointer, which the string calls cannot carry. */
    private Consumer<MemorySegment> pointer(String key, Optional<MemorySegment> value, MemorySegment function) {
        return opaque -> value.ifPresent(pointer -> {
            try (var scratch = Arena.ofConfined()) {
                // CUDA's and TensorRT's functions have one signature.
                api.check(OrtApi.UpdateCUDAProviderOptionsWithValue.invoke(function, opaque,
                    scratch.allocateFrom(key), pointer));
            }
        });
    }
}
