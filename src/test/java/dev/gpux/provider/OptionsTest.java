package dev.gpux.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.provider.ProviderException.Kind;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options are checked when they are set, long before a library would see them. */
class OptionsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        cuda     | device_id              | -1         | a whole number from 0 to 1023
        cuda     | device_id              | first      | a whole number from 0 to 1023
        cuda     | gpu_mem_limit          | 2GB        | a whole number from 1 on
        cuda     | cudnn_conv_algo_search | FAST       | one of EXHAUSTIVE, HEURISTIC, DEFAULT
        cuda     | use_tf32               | maybe      | true or false
        tensorrt | trt_fp16_enable        | 2          | true or false
        tensorrt | trt_builder_optimization_level | 9  | a whole number from 0 to 5
        migraphx | migraphx_mem_limit     | 0          | a whole number from 1 on
        rocm     | arena_extend_strategy  | grow       | one of kNextPowerOfTwo, kSameAsRequested
        coreml   | ModelFormat            | Core       | one of NeuralNetwork, MLProgram
        directml | device_id              | 256        | a whole number from 0 to 255
        openvino | precision              | FP8        | one of FP32, FP16, ACCURACY
        webgpu   | powerPreference        | max        | one of high-performance, low-power
        qnn      | backend_type           | npu        | one of cpu, gpu, htp, saver, ir
        xnnpack  | intra_op_num_threads   | -2         | a whole number from 0 to 1024
        onednn   | use_arena              | si         | true or false
        cann     | npu_mem_limit          | 1.5        | a whole number from 1 on
        """)
    void aWrongValueIsRefusedWithWhatWasExpected(String provider, String key, String value, String expected) {
        var e = assertThrows(ProviderException.class, () -> Providers.named(provider).option(key, value));
        assertEquals(Kind.BAD_OPTION, e.kind());
        assertEquals(provider, e.provider());
        assertEquals("option " + key + " of " + provider + ": '" + value + "' will not do; expected " + expected,
            e.getMessage());
    }

    @Test
    void typedOptionsAreOrtsKeysAndValues() {
        assertEquals(Map.of("cudnn_conv_algo_search", "HEURISTIC"), Cuda.standard().options());
        assertEquals(Map.of("device_id", "3", "cudnn_conv_algo_search", "EXHAUSTIVE", "use_tf32", "0",
                "enable_cuda_graph", "1", "arena_extend_strategy", "kSameAsRequested"),
            Cuda.standard().device(3).convolutionSearch(Cuda.ConvolutionSearch.EXHAUSTIVE).tf32(false).graph(true)
                .arenaGrowth(ArenaGrowth.AS_REQUESTED).options());
        assertEquals(Map.of("trt_engine_cache_enable", "1", "trt_engine_cache_path", "c",
                "trt_timing_cache_enable", "1", "trt_timing_cache_path", "c", "trt_int8_enable", "1"),
            TensorRt.standard().cache(Path.of("c")).int8(true).options());
        assertEquals(Map.of("MLComputeUnits", "CPUAndNeuralEngine", "RequireStaticInputShapes", "1"),
            CoreMl.standard().computeUnits(CoreMl.ComputeUnits.CPU_AND_NEURAL_ENGINE).staticShapes(true).options());
        assertEquals(Map.of("disable_metacommands", "true"),
            DirectMl.standard().option("disable_metacommands", "1").options());
        assertEquals(Map.of("powerPreference", "low-power"), WebGpu.standard().highPerformance(false).options());
    }

    @Test
    void settingAnOptionGivesACopy() {
        var plain = Cuda.standard();
        var changed = plain.device(1).device(2);
        assertEquals("2", changed.options().get("device_id"));
        assertEquals(Cuda.standard(), plain);
        assertThrows(UnsupportedOperationException.class, () -> plain.options().put("a", "b"));
    }

    @Test
    void anOptionThatGpuxDoesNotKnowGoesThrough() {
        assertEquals("x", Cuda.standard().option("option_of_the_future", "x").options().get("option_of_the_future"));
        assertEquals("1", WebGpu.standard().option("ep.webgpuexecutionprovider.enableInt64", "true").options()
            .get("enableInt64"));
        var tooLong = "x".repeat(1025);
        assertThrows(ProviderException.class, () -> Qnn.standard().option("key", tooLong));
        assertThrows(ProviderException.class, () -> Qnn.standard().option("key", ""));
        assertThrows(ProviderException.class, () -> Qnn.standard().option(" ", "x"));
        assertThrows(ProviderException.class, () -> Cpu.standard().option("arena", "1"));
        assertThrows(ProviderException.class, () -> Providers.named("policy:default").option("a", "b"));
    }

    @Test
    void theMemoryLimitReachesThoseThatHaveOne() {
        assertEquals(Optional.of("1024"), limit("cuda", "gpu_mem_limit"));
        assertEquals(Optional.of("1024"), limit("rocm", "gpu_mem_limit"));
        assertEquals(Optional.of("1024"), limit("migraphx", "migraphx_mem_limit"));
        assertEquals(Optional.of("1024"), limit("cann", "npu_mem_limit"));
        assertEquals(Optional.empty(), Providers.named("webgpu").memoryLimit(1024));
        assertEquals(Optional.empty(), Providers.named("cpu").memoryLimit(1024));
    }

    private static Optional<String> limit(String provider, String key) {
        return Providers.named(provider).memoryLimit(1024).map(limited -> limited.options().get(key));
    }

    @Test
    void rocmBecomesItsSuccessor() {
        var rocm = Rocm.standard().device(2).arenaGrowth(ArenaGrowth.AS_REQUESTED);
        var build = new Build("1.29.0", Path.of("x"), List.of("MIGraphXExecutionProvider", "CPUExecutionProvider"));
        var successor = assertInstanceOf(MiGraphX.class, rocm.in(build));
        assertEquals(Map.of("device_id", "2", "migraphx_arena_extend_strategy", "kSameAsRequested"),
            successor.options());

        var old = new Build("1.22.0", Path.of("x"), List.of("ROCMExecutionProvider", "CPUExecutionProvider"));
        assertEquals(rocm, rocm.in(old));

        var e = assertThrows(ProviderException.class, () -> rocm.option("enable_hip_graph", "1").in(build));
        assertTrue(e.getMessage().contains("MIGraphX"), e::getMessage);
    }

    @ParameterizedTest
    @CsvSource({"CUDA,cuda", "trt,tensorrt", "TensorRT,tensorrt", "CUDAExecutionProvider,cuda", "dml,directml",
        "DmlExecutionProvider,directml", "core-ml,coreml", "WebGPU,webgpu", "dnnl,onednn", "cpu,cpu", "ROCm,rocm",
        "MIGraphX,migraphx", "open_vino,openvino"})
    void providersHaveTheNamesThatPeopleUse(String written, String name) {
        assertEquals(name, Providers.named(written).info().name());
    }

    @Test
    void namesAreUniqueAndInTheOrderOfPriority() {
        assertEquals(List.of("tensorrt", "cuda", "migraphx", "rocm", "coreml", "directml", "openvino", "webgpu"),
            Providers.names().subList(0, 8));
        assertEquals("cpu", Providers.names().getLast());
        assertEquals(Providers.names().size(), new HashSet<>(Providers.names()).size());
        for (var info : Providers.known()) {
            assertEquals(info, Providers.standard(info).info());
        }
    }

    @Test
    void otherNamesAreAPluginsOrUnknown() {
        assertEquals(new Named("MyProvider", Optional.of(Path.of("lib.so")), Map.of("a", "b")),
            Providers.named("MyProvider").withOptions(Map.of("a", "b", Named.LIBRARY, "lib.so")));
        var e = assertThrows(ProviderException.class, () -> Providers.named("cudda"));
        assertEquals(Kind.UNKNOWN, e.kind());
        assertTrue(e.getMessage().contains("tensorrt, cuda"), e::getMessage);
    }
}
