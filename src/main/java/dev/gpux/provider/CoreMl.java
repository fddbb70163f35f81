package dev.gpux.provider;

import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Apple's CPU, GPU and Neural Engine through Core ML. All options go through ORT's generic call; the exported function
 * {@code …_CoreML} has flags for the older ones only, and ORT deprecates it.
 *
 * @param options by ORT's keys
 */
public record CoreMl(Map<String, String> options) implements ExecutionProvider {
    /** What it is called and runs on. */
    public static final ProviderInfo INFO = new ProviderInfo("coreml", "Core ML", "CoreMLExecutionProvider",
        Hardware.SEVERAL,
        Set.of(Os.MACOS), List.of("apple"), "the Maven artifact com.microsoft.onnxruntime:onnxruntime, on macOS");

    private static final OptionTable KNOWN = new OptionTable("coreml")
        .choice("ModelFormat", "NeuralNetwork", "MLProgram")
        .choice("MLComputeUnits", "ALL", "CPUOnly", "CPUAndNeuralEngine", "CPUAndGPU")
        .choice("SpecializationStrategy", "Default", "FastPrediction")
        .flags("RequireStaticInputShapes", "EnableOnSubgraphs", "ProfileComputePlan",
            "AllowLowPrecisionAccumulationOnGPU")
        .texts("ModelCacheDirectory");

    /** Which of the machine's units Core ML may use. */
    public enum ComputeUnits {
        /** All; the default. */
        ALL("ALL"),
        /** The CPU. */
        CPU("CPUOnly"),
        /** The CPU and the Neural Engine. */
        CPU_AND_NEURAL_ENGINE("CPUAndNeuralEngine"),
        /** The CPU and the GPU. */
        CPU_AND_GPU("CPUAndGPU");

        private final String word;

        ComputeUnits(String word) {
            this.word = word;
        }
    }

    /** What Core ML makes of the graph. */
    public enum ModelFormat {
        /** The older format, from macOS 10.15 on; the default. */
        NEURAL_NETWORK("NeuralNetwork"),
        /** The newer format with more operators and float16, from macOS 12 on. */
        ML_PROGRAM("MLProgram");

        private final String word;

        ModelFormat(String word) {
            this.word = word;
        }
    }

    /** Checks the options. */
    public CoreMl {
        options = KNOWN.checked(options);
    }

    /** As ORT has it by default. */
    public static CoreMl standard() {
        return new CoreMl(Map.of());
    }

    /** Which units Core ML may use. */
    public CoreMl computeUnits(ComputeUnits units) {
        return with("MLComputeUnits", units.word);
    }

    /** What Core ML makes of the graph. */
    public CoreMl modelFormat(ModelFormat format) {
        return with("ModelFormat", format.word);
    }

    /** Whether it takes only nodes whose shapes are known beforehand, which it runs faster. */
    public CoreMl staticShapes(boolean required) {
        return with("RequireStaticInputShapes", required);
    }

    /** Keeps compiled models in {@code folder}. */
    public CoreMl cache(Path folder) {
        return with("ModelCacheDirectory", folder);
    }

    private CoreMl with(String key, Object value) {
        return new CoreMl(KNOWN.with(options, key, value));
    }

    @Override
    public CoreMl option(String key, String value) {
        return with(key, value);
    }

    @Override
    public ProviderInfo info() {
        return INFO;
    }

    @Override
    public void append(SessionOptions to) {
        Appending.append(INFO, () -> to.appendProvider("CoreML", options));
    }
}
