package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * NVIDIA GPUs through TensorRT ({@code SessionOptionsAppendExecutionProvider_TensorRT_V2}). It compiles the graph when
 * a session opens, which takes minutes without a {@linkplain #cache cache}; what it does not take goes to the next
 * provider, so append {@link Cuda} behind it.
 *
 * @param options by ORT's keys
 * @param stream the caller's {@code cudaStream_t} to run on; ORT's own stream if empty
 */
public record TensorRt(Map<String, String> options, Optional<MemorySegment> stream) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("tensorrt", "TensorRT", "TensorrtExecutionProvider",
        Hardware.GPU, Set.of(Os.LINUX, Os.WINDOWS), List.of("trt"),
        "the Maven artifact com.microsoft.onnxruntime:onnxruntime_gpu (x86-64 Linux and Windows)");

    private static final OptionTable KNOWN = new OptionTable("tensorrt")
        .whole("device_id", 0, 1023)
        .bytes("trt_max_workspace_size")
        .whole("trt_max_partition_iterations", 1, Integer.MAX_VALUE)
        .whole("trt_min_subgraph_size", 1, Integer.MAX_VALUE)
        .whole("trt_builder_optimization_level", 0, 5)
        .whole("trt_auxiliary_streams", -1, Integer.MAX_VALUE)
        .whole("trt_dla_core", 0, 63)
        .flags("trt_fp16_enable", "trt_bf16_enable", "trt_int8_enable", "trt_int8_use_native_calibration_table",
            "trt_dla_enable", "trt_dump_subgraphs", "trt_engine_cache_enable", "trt_engine_decryption_enable",
            "trt_force_sequential_engine_build", "trt_context_memory_sharing_enable", "trt_layer_norm_fp32_fallback",
            "trt_timing_cache_enable", "trt_force_timing_cache", "trt_detailed_build_log", "trt_sparsity_enable",
            "trt_build_heuristics_enable", "trt_cuda_graph_enable", "trt_engine_hw_compatible",
            "trt_weight_stripped_engine_enable", "trt_dump_ep_context_model", "trt_load_user_initializer")
        .texts("trt_engine_cache_path", "trt_timing_cache_path", "trt_engine_cache_prefix", "trt_profile_min_shapes",
            "trt_profile_opt_shapes", "trt_profile_max_shapes", "trt_tactic_sources", "trt_op_types_to_exclude",
            "trt_extra_plugin_lib_paths", "trt_int8_calibration_table_name", "trt_ep_context_file_path");

    /** Checks the options. */
    public TensorRt {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static TensorRt standard() {
        return new TensorRt(Map.of(), Optional.empty());
    }

    /** CUDA's number of the GPU; 0 by default. */
    public TensorRt device(int number) {
        return with("device_id", number);
    }

    /** Whether it may compute in float16. */
    public TensorRt fp16(boolean allowed) {
        return with("trt_fp16_enable", allowed);
    }

    /** Whether it may compute in int8; a model without quantisation nodes needs a calibration table as well. */
    public TensorRt int8(boolean allowed) {
        return with("trt_int8_enable", allowed);
    }

    /** The name of an int8 calibration table in the {@linkplain #cache cache folder}. */
    public TensorRt calibrationTable(String name) {
        return with("trt_int8_calibration_table_name", name);
    }

    /** The most device memory that TensorRT may use as scratch when it compiles and runs, in bytes. */
    public TensorRt workspace(long bytes) {
        return with("trt_max_workspace_size", bytes);
    }

    /** Keeps engines and timings in {@code folder}, which must belong to this device, driver and TensorRT version. */
    public TensorRt cache(Path folder) {
        return with("trt_engine_cache_enable", true).with("trt_engine_cache_path", folder)
            .with("trt_timing_cache_enable", true).with("trt_timing_cache_path", folder);
    }

    /**
     * The shapes that the engine is made for: {@code input:1x3x224x224,other:1x8}.
     *
     * @param smallest the smallest shape of every input with a free dimension
     * @param usual the shape to optimise for
     * @param largest the largest shape
     */
    public TensorRt profile(String smallest, String usual, String largest) {
        return with("trt_profile_min_shapes", smallest).with("trt_profile_opt_shapes", usual)
            .with("trt_profile_max_shapes", largest);
    }

    /** Whether the launches of a run are recorded once and replayed. */
    public TensorRt graph(boolean enabled) {
        return with("trt_cuda_graph_enable", enabled);
    }

    /** Runs on the caller's {@code cudaStream_t}, which must outlive the sessions. */
    public TensorRt stream(MemorySegment cudaStream) {
        return new TensorRt(options, Optional.of(cudaStream));
    }

    private TensorRt with(String key, Object value) {
        return new TensorRt(KNOWN.with(options, key, value), stream);
    }

    @Override
    public TensorRt option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> ProviderCalls.on(to).tensorRt(options, stream));
    }
}
