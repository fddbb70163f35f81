package dev.gpux.provider;

import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Intel CPUs, GPUs and NPUs through OpenVINO ({@code SessionOptionsAppendExecutionProvider_OpenVINO_V2}).
 *
 * @param options by ORT's keys
 */
public record OpenVino(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("openvino", "OpenVINO", "OpenVINOExecutionProvider",
        Hardware.SEVERAL, Set.of(Os.LINUX, Os.WINDOWS), List.of("intel"),
        "Intel's builds of ONNX Runtime (PyPI: onnxruntime-openvino)");

    private static final OptionTable KNOWN = new OptionTable("openvino")
        .choice("precision", "FP32", "FP16", "ACCURACY")
        .whole("num_of_threads", 1, 1024)
        .whole("num_streams", 1, 255)
        .choice("model_priority", "LOW", "MEDIUM", "HIGH", "DEFAULT")
        .flags("true", "false", List.of("enable_opencl_throttling", "disable_dynamic_shapes", "enable_qdq_optimizer",
            "enable_causallm"))
        .texts("device_type", "device_id", "cache_dir", "load_config", "context", "layout", "reshape_input");

    /** The precision it computes in. */
    public enum Precision {
        /** 32 bits. */
        FP32,
        /** 16 bits. */
        FP16,
        /** That of the model. */
        ACCURACY
    }

    /** Checks the options. */
    public OpenVino {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static OpenVino standard() {
        return new OpenVino(Map.of());
    }

    /** OpenVINO's word for the device: {@code CPU}, {@code GPU}, {@code GPU.1}, {@code NPU}, {@code AUTO:GPU,CPU}, … */
    public OpenVino device(String type) {
        return with("device_type", type);
    }

    /** The precision it computes in. */
    public OpenVino precision(Precision precision) {
        return with("precision", precision);
    }

    /** Threads on the CPU device. */
    public OpenVino threads(int number) {
        return with("num_of_threads", number);
    }

    /** Runs that go side by side on one device. */
    public OpenVino streams(int number) {
        return with("num_streams", number);
    }

    /** Keeps compiled models in {@code folder}. */
    public OpenVino cache(Path folder) {
        return with("cache_dir", folder);
    }

    private OpenVino with(String key, Object value) {
        return new OpenVino(KNOWN.with(options, key, value));
    }

    @Override
    public OpenVino option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> ProviderCalls.on(to).openVino(options));
    }
}
