package dev.gpux.provider;

import dev.gpux.ort.Environment;
import dev.gpux.ort.EpDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The build of ONNX Runtime in this process, as far as providers go.
 *
 * @param version its version
 * @param library its file
 * @param compiled the providers that were compiled into it, by ORT's names; the CPU is always among them
 */
public record Build(String version, Path library, List<String> compiled) {
    private static final String CPU = "CPUExecutionProvider";

    /** Keeps an immutable copy. */
    public Build {
        compiled = List.copyOf(compiled);
    }

    /** The one that is loaded; loads it if none is. */
    public static Build current() {
        var environment = Environment.get();
        return new Build(environment.version(), environment.library().path(), environment.compiledProviders());
    }

    /** Whether a provider was compiled in. */
    public boolean has(ProviderInfo info) {
        return compiled.contains(info.ortName());
    }

    /** Whether nothing but the CPU was compiled in. */
    public boolean isCpuOnly() {
        return compiled.equals(List.of(CPU));
    }

    /** Devices that a registered plugin library has brought for the provider named {@code ortName}. */
    static List<EpDevice> pluginDevices(String ortName) {
        return Environment.get().devices().stream().filter(device -> device.provider().equals(ortName)).toList();
    }

    /** What was compiled in, in words: {@code TensorRT, CUDA and the CPU}. */
    public String describe() {
        var others = compiled.stream().filter(name -> !name.equals(CPU))
            .map(name -> Providers.byOrtName(name).map(ProviderInfo::label).orElse(name))
            .collect(Collectors.joining(", "));
        return others.isEmpty() ? "the CPU only" : others + " and the CPU";
    }

    /** {@code ONNX Runtime 1.29.0 (/x/libonnxruntime.so)}. */
    @Override
    public String toString() {
        return "ONNX Runtime " + version + " (" + library + ")";
    }
}
