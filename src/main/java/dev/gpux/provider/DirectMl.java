package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any DirectX 12 GPU on Windows through DirectML. It wants memory patterns and parallel graphs off, which appending
 * sees to, and allows one run of a session at a time.
 *
 * @param options by ORT's keys
 */
public record DirectMl(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("directml", "DirectML", "DmlExecutionProvider",
        Hardware.GPU, Set.of(Os.WINDOWS), List.of("dml"),
        "the NuGet package Microsoft.ML.OnnxRuntime.DirectML and the npm package onnxruntime-node, on Windows");

    private static final OptionTable KNOWN = new OptionTable("directml")
        .whole("device_id", 0, 255)
        .choice("performance_preference", "default", "high_performance", "minimum_power")
        .choice("device_filter", "gpu", "npu", "any")
        .flags("true", "false", List.of("disable_metacommands", "enable_graph_capture"));

    /** Checks the options. */
    public DirectMl {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static DirectMl standard() {
        return new DirectMl(Map.of());
    }

    /** The adapter's number, in the order of DXGI. */
    public DirectMl device(int number) {
        return with("device_id", number);
    }

    /** Prefers the fast adapter over the frugal one, or the other way round. */
    public DirectMl highPerformance(boolean preferred) {
        return with("performance_preference", preferred ? "high_performance" : "minimum_power");
    }

    private DirectMl with(String key, Object value) {
        return new DirectMl(KNOWN.with(options, key, value));
    }

    @Override
    public DirectMl option(String key, String value) {
        return with(key, value);
    }

    @Override
    public boolean concurrentRuns() {
        return false;
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> {
            to.memoryPattern(false).parallel(false);
            if (Set.of("device_id").containsAll(options.keySet()) && ProviderCalls.hasLegacy("DML")) {
                ProviderCalls.on(to).legacy("DML", Integer.parseInt(options.getOrDefault("device_id", "0")));
            } else {
                to.appendProvider("DML", options);
            }
        });
    }
}
