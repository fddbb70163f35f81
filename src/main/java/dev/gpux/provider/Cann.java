package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Huawei's Ascend NPUs ({@code SessionOptionsAppendExecutionProvider_CANN}).
 *
 * @param options by ORT's keys
 */
public record Cann(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("cann", "CANN", "CANNExecutionProvider", Hardware.NPU,
        Set.of(Os.LINUX), List.of("ascend"), "Huawei's builds of ONNX Runtime (PyPI: onnxruntime-cann)");

    private static final OptionTable KNOWN = new OptionTable("cann")
        .whole("device_id", 0, 1023)
        .bytes("npu_mem_limit")
        .choice("arena_extend_strategy", ArenaGrowth.WORDS)
        .flags("enable_cann_graph", "enable_cann_subgraph", "dump_graphs", "dump_om_model")
        .choice("op_select_impl_mode", "high_precision", "high_performance")
        .texts("precision_mode", "precision_mode_v2", "optypelist_for_implmode");

    /** Checks the options. */
    public Cann {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static Cann standard() {
        return new Cann(Map.of());
    }

    /** The number of the NPU; 0 by default. */
    public Cann device(int number) {
        return with("device_id", number);
    }

    @Override
    public Optional<ExecutionProvider> memoryLimit(long bytes) {
        return Optional.of(with("npu_mem_limit", bytes));
    }

    private Cann with(String key, Object value) {
        return new Cann(KNOWN.with(options, key, value));
    }

    @Override
    public Cann option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> ProviderCalls.on(to).cann(options));
    }
}
