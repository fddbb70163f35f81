package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Intel's oneDNN kernels for x86 and ARM processors ({@code SessionOptionsAppendExecutionProvider_Dnnl}).
 *
 * @param options by ORT's keys
 */
public record OneDnn(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("onednn", "oneDNN", "DnnlExecutionProvider", Hardware.CPU,
        EnumSet.allOf(Os.class), List.of("dnnl"), "builds of ONNX Runtime with --use_dnnl");

    private static final OptionTable KNOWN = new OptionTable("onednn").flags("use_arena");

    /** Checks the options. */
    public OneDnn {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static OneDnn standard() {
        return new OneDnn(Map.of());
    }

    /** Whether its memory comes from ORT's arena. */
    public OneDnn arena(boolean enabled) {
        return with("use_arena", enabled);
    }

    private OneDnn with(String key, Object value) {
        return new OneDnn(KNOWN.with(options, key, value));
    }

    @Override
    public OneDnn option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> ProviderCalls.on(to).oneDnn(options));
    }
}
