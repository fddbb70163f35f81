package dev.gpux.provider;

import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Qualcomm's NPU, GPU and CPU backends through the AI Engine Direct SDK, by ORT's generic call.
 *
 * @param options by ORT's keys
 */
public record Qnn(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("qnn", "QNN", "QNNExecutionProvider", Hardware.NPU,
        Set.of(Os.LINUX, Os.WINDOWS), List.of("qualcomm"),
        "Qualcomm's builds of ONNX Runtime (PyPI and NuGet: onnxruntime-qnn)");

    private static final OptionTable KNOWN = new OptionTable("qnn")
        .choice("backend_type", "cpu", "gpu", "htp", "saver", "ir")
        .choice("profiling_level", "off", "basic", "detailed")
        .choice("htp_performance_mode", "burst", "balanced", "default", "high_performance", "high_power_saver",
            "low_balanced", "extreme_power_saver", "low_power_saver", "power_saver", "sustained_high_performance")
        .choice("qnn_context_priority", "low", "normal", "normal_high", "high")
        .whole("htp_graph_finalization_optimization_mode", 0, 3)
        .whole("vtcm_mb", 0, Integer.MAX_VALUE)
        .whole("rpc_control_latency", 0, Integer.MAX_VALUE)
        .whole("device_id", 0, 1023)
        .flags("enable_htp_fp16_precision", "offload_graph_io_quantization", "enable_htp_spill_fill_buffer",
            "enable_htp_shared_memory_allocator", "dump_json_qnn_graph", "skip_qnn_version_check", "dump_qnn_ir_dlc")
        .texts("backend_path", "profiling_file_path", "soc_model", "htp_arch", "op_packages", "json_qnn_graph_dir");

    /** Qualcomm's backends. */
    public enum Backend {
        /** The processor. */
        CPU,
        /** The Adreno GPU. */
        GPU,
        /** The Hexagon tensor processor; the default. */
        HTP
    }

    /** Checks the options. */
    public Qnn {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static Qnn standard() {
        return new Qnn(Map.of());
    }

    /** The backend. */
    public Qnn backend(Backend backend) {
        return with("backend_type", backend);
    }

    /** Whether float32 models run in float16 on the tensor processor. */
    public Qnn fp16(boolean enabled) {
        return with("enable_htp_fp16_precision", enabled);
    }

    private Qnn with(String key, Object value) {
        return new Qnn(KNOWN.with(options, key, value));
    }

    @Override
    public Qnn option(String key, String value) {
        return with(key, value);
    }

    @Override
    public boolean changesLayout() {
        return true;
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> to.appendProvider("QNN", options));
    }
}
