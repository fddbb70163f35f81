package dev.gpux.provider;

import dev.gpux.ort.SelectionPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The providers by name, the best first. */
public final class Providers {
    private record Entry(ProviderInfo info, Supplier<ExecutionProvider> standard) { }

    /**
     * In the order in which an automatic selection asks them: those made for one kind of device by its maker first,
     * those that run on any GPU behind, libraries that make the CPU faster behind those, the CPU last.
     */
    private static final List<Entry> ALL = List.of(
        new Entry(TensorRt.INFO, TensorRt::standard),
        new Entry(Cuda.INFO, Cuda::standard),
        new Entry(MiGraphX.INFO, MiGraphX::standard),
        new Entry(Rocm.INFO, Rocm::standard),
        new Entry(CoreMl.INFO, CoreMl::standard),
        new Entry(DirectMl.INFO, DirectMl::standard),
        new Entry(OpenVino.INFO, OpenVino::standard),
        new Entry(WebGpu.INFO, WebGpu::standard),
        new Entry(Qnn.INFO, Qnn::standard),
        new Entry(Cann.INFO, Cann::standard),
        new Entry(VitisAi.INFO, VitisAi::standard),
        new Entry(OneDnn.INFO, OneDnn::standard),
        new Entry(Xnnpack.INFO, Xnnpack::standard),
        new Entry(Cpu.INFO, Cpu::standard));

    private Providers() { }

    /** What is known of all providers that GPUX has a class for, the best first, the CPU last. */
    public static List<ProviderInfo> known() {
        return ALL.stream().map(Entry::info).toList();
    }

    /** Their names: {@code tensorrt}, {@code cuda}, …, {@code cpu}. */
    public static List<String> names() {
        return ALL.stream().map(entry -> entry.info().name()).toList();
    }

    /** The provider that ORT calls {@code ortName}. */
    public static Optional<ProviderInfo> byOrtName(String ortName) {
        return known().stream().filter(info -> info.ortName().equals(ortName)).findFirst();
    }

    /**
     * The provider with this name, with GPUX's default options. Names are those of {@link #names()}, their aliases
     * ({@code trt}, {@code dml}, …), ORT's ({@code CUDAExecutionProvider}), and {@code policy:} with one of ORT's
     * selection policies. Any other name that ends with {@code ExecutionProvider} or {@code EP}, or has a capital
     * letter, is ORT's or a plugin's: {@link Named}.
     *
     * @throws ProviderException {@link ProviderException.Kind#UNKNOWN}, with the names that there are
     */
    public static ExecutionProvider named(String name) {
        if (name.startsWith(OrtPolicy.PREFIX)) {
            return policy(name);
        }
        for (var entry : ALL) {
            if (entry.info().isCalled(name)) {
                return entry.standard().get();
            }
        }
        if (name.chars().anyMatch(Character::isUpperCase)) {
            return Named.of(name);
        }
        throw new ProviderException(ProviderException.Kind.UNKNOWN, name, "there is no provider '" + name
            + "'; there are " + String.join(", ", names()) + ". A plugin's is named as its library names it.");
    }

    /** The provider with GPUX's default options that {@code info} is about. */
    public static ExecutionProvider standard(ProviderInfo info) {
        return ALL.stream().filter(entry -> entry.info().equals(info)).findFirst().orElseThrow().standard().get();
    }

    private static ExecutionProvider policy(String name) {
        var word = name.substring(OrtPolicy.PREFIX.length());
        return Arrays.stream(SelectionPolicy.values()).filter(policy -> policy.name().equalsIgnoreCase(word))
            .findFirst().map(OrtPolicy::new)
            .orElseThrow(() -> new ProviderException(ProviderException.Kind.UNKNOWN, name,
                "ONNX Runtime has no selection policy '" + word + "'; it has "
                    + Arrays.stream(SelectionPolicy.values()).map(policy -> policy.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))));
    }
}
