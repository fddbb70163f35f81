package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * AMD GPUs through ROCm. ORT removed this provider in 1.23: in libraries that still have it, {@code
 * SessionOptionsAppendExecutionProvider_ROCM} appends it; in others its successor {@link MiGraphX} takes its place,
 * with the options that both have.
 *
 * @param options by ORT's keys
 */
public record Rocm(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("rocm", "ROCm", "ROCMExecutionProvider", Hardware.GPU,
        Set.of(Os.LINUX), List.of(),
        "builds of ONNX Runtime before 1.23 for ROCm (PyPI: onnxruntime-rocm), and its successor MIGraphX in "
            + " AMD's builds (PyPI: onnxruntime-migraphx)");

    private static final String MEMORY = "gpu_mem_limit";
    private static final String GROWTH = "arena_extend_strategy";
    private static final OptionTable KNOWN = new OptionTable("rocm")
        .whole("device_id", 0, 1023)
        .bytes(MEMORY)
        .choice(GROWTH, ArenaGrowth.WORDS)
        .flags("miopen_conv_exhaustive_search", "do_copy_in_default_stream", "enable_hip_graph", "tunable_op_enable",
            "tunable_op_tuning_enable", "miopen_conv_use_max_workspace")
        .whole("tunable_op_max_tuning_duration_ms", 0, Integer.MAX_VALUE);
    /** What MIGraphX has as well, and what it calls it. */
    private static final Map<String, String> IN_MIGRAPHX = Map.of("device_id", "device_id", MEMORY,
        "migraphx_mem_limit", GROWTH, "migraphx_arena_extend_strategy");

    /** Checks the options. */
    public Rocm {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static Rocm standard() {
        return new Rocm(Map.of());
    }

    /** HIP's number of the GPU; 0 by default. */
    public Rocm device(int number) {
        return with("device_id", number);
    }

    @Override
    public Optional<ExecutionProvider> memoryLimit(long bytes) {
        return Optional.of(with(MEMORY, bytes));
    }

    /** How the device arena grows. */
    public Rocm arenaGrowth(ArenaGrowth growth) {
        return with(GROWTH, growth);
    }

    private Rocm with(String key, Object value) {
        return new Rocm(KNOWN.with(options, key, value));
    }

    @Override
    public Rocm option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public ExecutionProvider in(Build build) {
        return !build.has(INFO) && build.has(MiGraphX.INFO) ? successor() : this;
    }

    /** The same on MIGraphX. */
    MiGraphX successor() {
        var provider = MiGraphX.standard();
        for (var entry : options.entrySet()) {
            var name = IN_MIGRAPHX.get(entry.getKey());
            if (name == null) {
                throw new ProviderException(ProviderException.Kind.BAD_OPTION, INFO.name(), "option " + entry.getKey()
                    + " of rocm: this ONNX Runtime has ROCm's successor MIGraphX instead, which has no such option; "
                    + "it has those of migraphx");
            }
            provider = provider.option(name, entry.getValue());
        }
        return provider;
    }

    @Override
    public void append(SessionOptions to) {
        var here = in(Build.current());
        if (here != this) {
            here.append(to);
            return;
        }
        Appending.append(INFO, () -> {
            if (Set.of("device_id").containsAll(options.keySet()) && ProviderCalls.hasLegacy("ROCM")) {
                ProviderCalls.on(to).legacy("ROCM", Integer.parseInt(options.getOrDefault("device_id", "0")));
            } else {
                ProviderCalls.on(to).rocm(options);
            }
        });
    }
}
