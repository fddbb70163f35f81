package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * AMD's Ryzen AI NPUs and adaptive SoCs ({@code SessionOptionsAppendExecutionProvider_VitisAI}).
 *
 * @param options by ORT's keys
 */
public record VitisAi(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("vitisai", "Vitis AI", "VitisAIExecutionProvider",
        Hardware.NPU,
        Set.of(Os.LINUX, Os.WINDOWS), List.of("ryzenai"), "AMD's Ryzen AI software and Vitis AI packages");

    private static final OptionTable KNOWN = new OptionTable("vitisai")
        .texts("config_file", "cache_dir", "cache_key", "target", "xclbin");

    /** Checks the options. */
    public VitisAi {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static VitisAi standard() {
        return new VitisAi(Map.of());
    }

    /** The configuration file of the compiler. */
    public VitisAi config(Path file) {
        return with("config_file", file);
    }

    /** Keeps compiled models in {@code folder}. */
    public VitisAi cache(Path folder) {
        return with("cache_dir", folder);
    }

    private VitisAi with(String key, Object value) {
        return new VitisAi(KNOWN.with(options, key, value));
    }

    @Override
    public VitisAi option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> ProviderCalls.on(to).vitisAi(options));
    }
}
