package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * NVIDIA GPUs through CUDA and cuDNN ({@code SessionOptionsAppendExecutionProvider_CUDA_V2}).
 *
 * <p>Unless told otherwise cuDNN chooses convolution algorithms by its {@linkplain ConvolutionSearch#HEURISTIC
 * heuristic}: ORT's own default measures every algorithm for every new input shape, which costs seconds a shape.
 *
 * @param options by ORT's keys
 * @param stream the caller's {@code cudaStream_t} to run on; ORT's own stream if empty
 */
public record Cuda(Map<String, String> options, Optional<MemorySegment> stream) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("cuda", "CUDA", "CUDAExecutionProvider", Hardware.GPU,
        Set.of(Os.LINUX, Os.WINDOWS), List.of("nvidia"),
        "the Maven artifact com.microsoft.onnxruntime:onnxruntime_gpu (x86-64 Linux and Windows)");

    private static final OptionTable KNOWN = new OptionTable("cuda")
        .whole("device_id", 0, 1023)
        .bytes("gpu_mem_limit")
        .choice("arena_extend_strategy", ArenaGrowth.WORDS)
        .choice("cudnn_conv_algo_search", "EXHAUSTIVE", "HEURISTIC", "DEFAULT")
        .flags("cudnn_conv_use_max_workspace", "cudnn_conv1d_pad_to_nc1d", "do_copy_in_default_stream",
            "enable_cuda_graph", "enable_cudnn", "enable_skip_layer_norm_strict_mode", "fuse_conv_bias", "prefer_nhwc",
            "tunable_op_enable", "tunable_op_tuning_enable", "use_ep_level_unified_stream", "use_tf32")
        .whole("tunable_op_max_tuning_duration_ms", 0, Integer.MAX_VALUE)
        .whole("sdpa_kernel", 0, Integer.MAX_VALUE);

    /** How cuDNN chooses the algorithm of a convolution. */
    public enum ConvolutionSearch {
        /** Measures all of them for every new shape. */
        EXHAUSTIVE,
        /** Guesses well, at once. */
        HEURISTIC,
        /** Always the same one. */
        DEFAULT
    }

    /** Checks the options. */
    public Cuda {
        options = KNOWN.checked(options);
    }

    /** As GPUX runs it by default. */
    public static Cuda standard() {
        return new Cuda(Map.of(), Optional.empty()).convolutionSearch(ConvolutionSearch.HEURISTIC);
    }

    /** CUDA's number of the GPU; 0 by default. */
    public Cuda device(int number) {
        return with("device_id", number);
    }

    @Override
    public Optional<ExecutionProvider> memoryLimit(long bytes) {
        return Optional.of(with("gpu_mem_limit", bytes));
    }

    /** How the device arena grows. */
    public Cuda arenaGrowth(ArenaGrowth growth) {
        return with("arena_extend_strategy", growth);
    }

    /** How cuDNN chooses the algorithm of a convolution. */
    public Cuda convolutionSearch(ConvolutionSearch search) {
        return with("cudnn_conv_algo_search", search);
    }

    /** Whether float32 products may be rounded to TF32's 10 bits of mantissa; on in ORT's default. */
    public Cuda tf32(boolean allowed) {
        return with("use_tf32", allowed);
    }

    /** Whether the launches of a run are recorded once and replayed: needs fixed shapes and bound device memory. */
    public Cuda graph(boolean enabled) {
        return with("enable_cuda_graph", enabled);
    }

    /** Whether convolutions run in NHWC layout, which tensor cores like better. */
    public Cuda nhwc(boolean preferred) {
        return with("prefer_nhwc", preferred);
    }

    /** Runs on the caller's {@code cudaStream_t}, which must outlive the sessions. */
    public Cuda stream(MemorySegment cudaStream) {
        return new Cuda(options, Optional.of(cudaStream));
    }

    /** The number of the GPU. */
    public int device() {
        return Integer.parseInt(options.getOrDefault("device_id", "0"));
    }

    /** Whether {@link #graph} was asked for. */
    public boolean recordsGraphs() {
        return "1".equals(options.get("enable_cuda_graph"));
    }

    private Cuda with(String key, Object value) {
        return new Cuda(KNOWN.with(options, key, value), stream);
    }

    @Override
    public Cuda option(String key, String value) {
        return with(key, value);
    }

    @Override
    public boolean changesLayout() {
        return "1".equals(options.get("prefer_nhwc"));
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> ProviderCalls.on(to).cuda(options, stream));
    }
}
