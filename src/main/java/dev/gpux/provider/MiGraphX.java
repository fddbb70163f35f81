package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.ProviderCalls.MiGraphXOptions;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * AMD GPUs through MIGraphX. What {@code OrtMIGraphXProviderOptions} has goes through {@code
 * SessionOptionsAppendExecutionProvider_MIGraphX}; options that came later are only known to ORT's generic call.
 *
 * @param options by ORT's keys
 */
public record MiGraphX(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("migraphx", "MIGraphX", "MIGraphXExecutionProvider",
        Hardware.GPU,
        Set.of(Os.LINUX, Os.WINDOWS), List.of("amd"), "AMD's builds of ONNX Runtime (PyPI: onnxruntime-migraphx)");

    private static final OptionTable KNOWN = new OptionTable("migraphx")
        .whole("device_id", 0, 1023)
        .bytes("migraphx_mem_limit")
        .choice("migraphx_arena_extend_strategy", ArenaGrowth.WORDS)
        .flags("migraphx_fp16_enable", "migraphx_bf16_enable", "migraphx_fp8_enable", "migraphx_int8_enable",
            "migraphx_use_native_calibration_table", "migraphx_exhaustive_tune")
        .texts("migraphx_int8_calibration_table_name", "migraphx_model_cache_dir");
    private static final Set<String> IN_STRUCT = Set.of("device_id", "migraphx_mem_limit",
        "migraphx_arena_extend_strategy", "migraphx_fp16_enable", "migraphx_fp8_enable", "migraphx_int8_enable",
        "migraphx_use_native_calibration_table", "migraphx_exhaustive_tune", "migraphx_int8_calibration_table_name");

    /** Checks the options. */
    public MiGraphX {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static MiGraphX standard() {
        return new MiGraphX(Map.of());
    }

    /** HIP's number of the GPU; 0 by default. */
    public MiGraphX device(int number) {
        return with("device_id", number);
    }

    @Override
    public Optional<ExecutionProvider> memoryLimit(long bytes) {
        return Optional.of(with("migraphx_mem_limit", bytes));
    }

    /** How the device arena grows. */
    public MiGraphX arenaGrowth(ArenaGrowth growth) {
        return with("migraphx_arena_extend_strategy", growth);
    }

    /** Whether it may compute in float16. */
    public MiGraphX fp16(boolean allowed) {
        return with("migraphx_fp16_enable", allowed);
    }

    /** Whether it may compute in int8, with a calibration table. */
    public MiGraphX int8(boolean allowed) {
        return with("migraphx_int8_enable", allowed);
    }

    /** Whether it tries every kernel when it compiles, which takes long. */
    public MiGraphX exhaustiveTune(boolean enabled) {
        return with("migraphx_exhaustive_tune", enabled);
    }

    /** Keeps compiled models in {@code folder}. */
    public MiGraphX cache(Path folder) {
        return with("migraphx_model_cache_dir", folder);
    }

    private MiGraphX with(String key, Object value) {
        return new MiGraphX(KNOWN.with(options, key, value));
    }

    @Override
    public MiGraphX option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> {
            if (IN_STRUCT.containsAll(options.keySet())) {
                ProviderCalls.on(to).miGraphX(struct());
            } else {
                to.appendProvider("MIGraphX", options);
            }
        });
    }

    private MiGraphXOptions struct() {
        return new MiGraphXOptions(
            Integer.parseInt(options.getOrDefault("device_id", "0")),
            isOn("migraphx_fp16_enable"), isOn("migraphx_fp8_enable"), isOn("migraphx_int8_enable"),
            isOn("migraphx_use_native_calibration_table"),
            Optional.ofNullable(options.get("migraphx_int8_calibration_table_name")),
            isOn("migraphx_exhaustive_tune"),
            Long.parseLong(options.getOrDefault("migraphx_mem_limit", "-1")),
            ArenaGrowth.AS_REQUESTED.toString().equals(options.get("migraphx_arena_extend_strategy")));
    }

    private boolean isOn(String key) {
        return "1".equals(options.get(key));
    }
}
