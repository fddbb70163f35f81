package dev.gpux.provider;

import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * Faster float32 and int8 kernels for ARM, x86 and WebAssembly processors, by ORT's generic call.
 *
 * @param options by ORT's keys
 */
public record Xnnpack(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("xnnpack", "XNNPACK", "XnnpackExecutionProvider",
        Hardware.CPU, EnumSet.allOf(Os.class), List.of(),
        "the Maven artifact com.microsoft.onnxruntime:onnxruntime-android, and builds with --use_xnnpack");

    private static final OptionTable KNOWN = new OptionTable("xnnpack").whole("intra_op_num_threads", 0, 1024);

    /** Checks the options. */
    public Xnnpack {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static Xnnpack standard() {
        return new Xnnpack(Map.of());
    }

    /** Threads of XNNPACK's own pool; give the session one thread then. 0 takes the session's number. */
    public Xnnpack threads(int number) {
        return with("intra_op_num_threads", number);
    }

    private Xnnpack with(String key, Object value) {
        return new Xnnpack(KNOWN.with(options, key, value));
    }

    @Override
    public Xnnpack option(String key, String value) {
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
        Appending.append(INFO, () -> to.appendProvider("XNNPACK", options));
    }
}
