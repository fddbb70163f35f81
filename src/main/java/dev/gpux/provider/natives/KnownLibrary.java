package dev.gpux.provider.natives;

import java.util.Locale;
import java.util.Optional;

/**
 * A shared library of somebody else that execution providers need: whose it is and where it comes from.
 *
 * @param product what it belongs to: {@code CUDA}, {@code cuDNN}
 * @param major the product's major version that this file stands for; empty where the name does not tell
 * @param install how to get it; a clause without a full stop
 */
public record KnownLibrary(String product, Optional<String> major, String install) {
    private static final String DRIVER = "install NVIDIA's driver, so that nvidia-smi works; a container needs "
        + "--gpus all and the NVIDIA container toolkit";
    private static final String VISUAL_C = "install the Microsoft Visual C++ redistributable (2015-2022)";

    /** A file name without its {@code lib}, suffix and version; the version. */
    private record Name(String base, String version) {
        /** {@code libcublasLt.so.12}, {@code cublasLt64_12.dll}, {@code libomp.5.dylib}. */
        static Name of(String fileName) {
            var text = fileName.substring(fileName.lastIndexOf('/') + 1);
            if (text.toLowerCase(Locale.ROOT).endsWith(".dll")) {
                return ofDll(text.substring(0, text.length() - ".dll".length()));
            }
            text = text.startsWith("lib") ? text.substring("lib".length()) : text;
            int so = text.indexOf(".so");
            if (so >= 0) {
                return new Name(text.substring(0, so), text.substring(Math.min(text.length(), so + ".so.".length())));
            }
            return new Name(text.endsWith(".dylib") ? text.substring(0, text.length() - ".dylib".length()) : text, "");
        }

        /** {@code cublasLt64_12}, {@code nvinfer_10}, {@code nvcuda}. */
        private static Name ofDll(String text) {
            int underscore = text.lastIndexOf('_');
            var version = text.substring(underscore + 1);
            if (underscore < 0 || version.isEmpty() || !version.chars().allMatch(Character::isDigit)) {
                return new Name(text, "");
            }
            var base = text.substring(0, underscore);
            return new Name(base.endsWith("64") ? base.substring(0, underscore - 2) : base, version);
        }

        String major() {
            int dot = version.indexOf('.');
            return dot < 0 ? version : version.substring(0, dot);
        }
    }

    /** What is known of a file by its name. */
    public static Optional<KnownLibrary> of(String fileName) {
        var name = Name.of(fileName);
        return switch (name.base()) {
            case "cuda", "nvcuda", "nvidia-ml" -> known("NVIDIA driver", DRIVER);
            case "cudart" -> cuda(cudaOf(name.major()), "cuda-cudart", "cuda-runtime");
            case "cublas", "cublasLt" -> cuda(cudaOf(name.major()), "libcublas", "cublas");
            case "nvrtc", "nvrtc-builtins" -> cuda(cudaOf(name.major()), "cuda-nvrtc", "cuda-nvrtc");
            case "nvJitLink" -> cuda(cudaOf(name.major()), "libnvjitlink", "nvjitlink");
            // cuFFT, cuRAND, cuSPARSE and cuSOLVER count for themselves; these are cuFFT's numbers in CUDA 11 to 13.
            case "cufft" -> cuda(byNumber(name.major(), "10", "11", "12"), "libcufft", "cufft");
            case "curand" -> cuda("", "libcurand", "curand");
            case "cusparse" -> cuda("", "libcusparse", "cusparse");
            case "cusolver" -> cuda("", "libcusolver", "cusolver");
            case "nvinfer", "nvinfer_plugin", "nvonnxparser", "nvinfer_lean", "nvinfer_builder_resource" ->
                tensorRt(name);
            case "onnxruntime_providers_shared" -> known("ONNX Runtime",
                "it comes with the GPU builds of ONNX Runtime and must lie beside the library itself");
            case "amdhip64", "hsa-runtime64", "rocblas", "MIOpen", "hipblas", "hipblaslt", "hipfft", "hiprand",
                 "rccl" -> versioned("ROCm", name, "install AMD ROCm " + name.major()
                    + " and add /opt/rocm/lib to the loader's path");
            case "migraphx", "migraphx_c", "migraphx_tf", "migraphx_onnx", "migraphx_gpu" -> known("MIGraphX",
                "install AMD's packages migraphx and half, of the ROCm in use");
            case "openvino", "openvino_c", "openvino_onnx_frontend" -> versioned("OpenVINO", name,
                "install Intel OpenVINO (PyPI: openvino) and add its folder to the loader's path");
            case "vulkan", "vulkan-1" -> known("Vulkan",
                "install the Vulkan loader (Debian, Ubuntu: libvulkan1) and the GPU's Vulkan driver");
            case "ascendcl", "acl_op_compiler", "fmk_onnx_parser" -> known("CANN",
                "install Huawei's CANN toolkit and run its set_env.sh");
            case "DirectML" -> known("DirectML", "take DirectML.dll from the NuGet package Microsoft.AI.DirectML and "
                + "put it beside onnxruntime.dll");
            case "stdc++", "gcc_s", "gomp", "atomic" -> known("GCC runtime",
                "install the system's package lib" + name.base());
            default -> byPrefix(name);
        };
    }

    private static Optional<KnownLibrary> byPrefix(Name name) {
        var plain = name.base().toLowerCase(Locale.ROOT);
        if (plain.startsWith("cudnn")) {
            var major = name.major();
            return versioned("cuDNN", name, "install cuDNN " + major + " for the CUDA in use (NVIDIA's repository: "
                + "cudnn" + major + "-cuda-12 or -13; PyPI: nvidia-cudnn-cu12 or -cu13)");
        }
        if (plain.startsWith("msvcp140") || plain.startsWith("vcruntime140")) {
            return known("Visual C++ runtime", VISUAL_C);
        }
        if (plain.startsWith("qnn")) {
            return known("QNN",
                "install Qualcomm's AI Engine Direct SDK and add its lib folder to the loader's path");
        }
        return plain.startsWith("onnxruntime_providers_") ? known("ONNX Runtime", "this build of ONNX Runtime was "
            + "shipped without it; use a complete build for the provider") : Optional.empty();
    }

    private static Optional<KnownLibrary> known(String product, String install) {
        return Optional.of(new KnownLibrary(product, Optional.empty(), install));
    }

    private static Optional<KnownLibrary> versioned(String product, Name name, String install) {
        return Optional.of(new KnownLibrary(product,
            name.major().isEmpty() ? Optional.empty() : Optional.of(name.major()), install));
    }

    private static Optional<KnownLibrary> tensorRt(Name name) {
        var major = name.major();
        return versioned("TensorRT", name, "install TensorRT " + major + " for the CUDA in use (NVIDIA's repository: "
            + "libnvinfer" + major + " and libnvonnxparsers" + major + "; PyPI: tensorrt-cu12 or -cu13)");
    }

    private static Optional<KnownLibrary> cuda(String major, String debian, String python) {
        if (major.isEmpty()) {
            return known("CUDA", "install the CUDA toolkit of the version that the build needs (NVIDIA's repository: "
                + debian + "-12-… or -13-…; PyPI: nvidia-" + python + "-cu12 or, for CUDA 13, nvidia-" + python + ")");
        }
        // From CUDA 13 on NVIDIA's Python packages have no suffix.
        var suffix = major.equals("11") || major.equals("12") ? "-cu" + major : "";
        return Optional.of(new KnownLibrary("CUDA", Optional.of(major), "install CUDA " + major
            + " (NVIDIA's repository: " + debian + "-" + major + "-…; PyPI: nvidia-" + python + suffix
            + ") and add its folder to the loader's path"));
    }

    /** Windows writes 110 for CUDA 11.0 and 12 for all of CUDA 12. */
    private static String cudaOf(String number) {
        return number.length() == 3 ? number.substring(0, 2) : number;
    }

    private static String byNumber(String number, String eleven, String twelve, String thirteen) {
        return number.equals(eleven) ? "11" : number.equals(twelve) ? "12" : number.equals(thirteen) ? "13" : "";
    }

    /** {@code CUDA 12}, {@code NVIDIA driver}. */
    @Override
    public String toString() {
        return product + major.map(number -> " " + number).orElse("");
    }
}
