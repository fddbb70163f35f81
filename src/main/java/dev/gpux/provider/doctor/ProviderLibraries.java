package dev.gpux.provider.doctor;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import dev.gpux.provider.ProviderInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which providers have a library of their own, and what that library loads by itself. */
final class ProviderLibraries {
    /** The part of the file's name: {@code libonnxruntime_providers_cuda.so}. Others are part of the core. */
    private static final Map<String, String> NAMES = Map.of("cuda", "cuda", "tensorrt", "tensorrt", "migraphx",
        "migraphx", "rocm", "rocm", "openvino", "openvino", "qnn", "qnn", "onednn", "dnnl", "cann", "cann", "vitisai",
        "vitisai");

    private ProviderLibraries() { }

    static Optional<String> of(ProviderInfo info) {
        return Optional.ofNullable(NAMES.get(info.name()));
    }

    /**
     * From 1.29 on CUDA's provider opens cuDNN and cuFFT when it first needs them instead of being linked with them.
     *
     * @param needed what it is linked with, from which CUDA's version is known
     */
    static List<String> loadedLater(ProviderInfo info, List<String> needed) {
        if (!info.name().equals("cuda") || Platform.current().os() != Os.LINUX
            || needed.stream().anyMatch(name -> name.startsWith("libcudnn."))) {
            return List.of();
        }
        if (needed.contains("libcudart.so.12") || needed.contains("libcublas.so.12")) {
            return List.of("libcudnn.so.9", "libcufft.so.11");
        }
        return needed.contains("libcudart.so.13") || needed.contains("libcublas.so.13")
            ? List.of("libcudnn.so.9", "libcufft.so.12") : List.of();
    }
}
