package dev.gpux.provider;

import dev.gpux.ort.SessionOptions;
import java.util.Map;

/**
 * The CPU, which every session has as its last provider without being told. So appending it only sets its options;
 * appended by ORT's own call it would forbid {@code session.disable_cpu_ep_fallback}.
 *
 * @param options by ORT's keys
 */
public record Cpu(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = ProviderInfo.CPU;

    private static final OptionTable KNOWN = new OptionTable("cpu").flags("use_arena");

    /** Checks the options. */
    public Cpu {
        options = KNOWN.checked(options);
        for (var key : options.keySet()) {
            if (!key.equals("use_arena")) {
                throw new ProviderException(ProviderException.Kind.BAD_OPTION, INFO.name(),
                    "the CPU has no option " + key + "; it has use_arena");
            }
        }
    }

    /** As ORT has it by default. */
    public static Cpu standard() {
        return new Cpu(Map.of());
    }

    /** Whether memory comes from ORT's arena, which keeps what it once had; on by default. */
    public Cpu arena(boolean enabled) {
        return new Cpu(KNOWN.with(options, "use_arena", enabled));
    }

    @Override
    public Cpu option(String key, String value) {
        return new Cpu(KNOWN.with(options, key, value));
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        if (!options.isEmpty()) {
            to.cpuArena(options.get("use_arena").equals("1"));
        }
    }
}
