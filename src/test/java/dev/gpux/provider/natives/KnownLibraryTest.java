package dev.gpux.provider.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownLibraryTest {

    @ParameterizedTest
    @CsvSource({
        "libcublasLt.so.12, CUDA 12, nvidia-cublas-cu12",
        "libcudart.so.13, CUDA 13, PyPI: nvidia-cuda-runtime)",
        "libcublas.so.11, CUDA 11, libcublas-11-",
        "libcufft.so.11, CUDA 12, nvidia-cufft-cu12",
        "libcufft.so.12.0.0.61, CUDA 13, nvidia-cufft",
        "libcurand.so.10, CUDA, nvidia-curand-cu12",
        "libcuda.so.1, NVIDIA driver, --gpus all",
        "nvcuda.dll, NVIDIA driver, driver",
        "libcudnn.so.9, cuDNN 9, nvidia-cudnn-cu12",
        "libcudnn_graph.so.9, cuDNN 9, cudnn9-cuda-12",
        "cudnn64_9.dll, cuDNN 9, cudnn",
        "libnvinfer.so.10, TensorRT 10, libnvinfer10",
        "libnvonnxparser.so.10, TensorRT 10, libnvonnxparsers10",
        "cublasLt64_12.dll, CUDA 12, nvidia-cublas-cu12",
        "cudart64_110.dll, CUDA 11, cuda-cudart-11",
        "libonnxruntime_providers_shared.so, ONNX Runtime, beside",
        "libmigraphx_c.so.3, MIGraphX, migraphx",
        "libamdhip64.so.6, ROCm 6, ROCm 6",
        "/opt/x/libopenvino.so.2541, OpenVINO 2541, OpenVINO",
        "libvulkan.so.1, Vulkan, libvulkan1",
        "nvinfer_10.dll, TensorRT 10, libnvinfer10",
        "MSVCP140.dll, Visual C++ runtime, redistributable",
        "libstdc++.so.6, GCC runtime, libstdc++"})
    void saysWhoseALibraryIs(String file, String product, String install) {
        var known = KnownLibrary.of(file).orElseThrow();
        assertEquals(product, known.toString());
        assertTrue(known.install().contains(install), known::install);
    }

    @Test
    void anythingElseIsUnknown() {
        assertEquals(Optional.empty(), KnownLibrary.of("libfoo.so.1"));
        assertEquals(Optional.empty(), KnownLibrary.of(""));
        assertEquals(Optional.empty(), KnownLibrary.of("lib.so"));
    }
}
