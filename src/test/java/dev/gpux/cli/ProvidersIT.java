package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gpux.cli.GpuxProcess.Result;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers from outside: exit codes, what people read, what programs read. */
class ProvidersIT {
    private static final int OK = 0;
    private static final int USAGE = 2;
    private static final int INVALID = 3;
    private static final int NO_PROVIDER = 4;
    private static final Path ICD = Path.of("/usr/lib/chromium/vk_swiftshader_icd.json");

    @TempDir
    Path folder;
    private String model;

    /** {@code y = LogSoftmax(Relu(x))}: WebGPU has the first and not the second. */
    @BeforeEach
    void buildModel() throws IOException {
        var file = folder.resolve("half.onnx");
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, 3)
            .node("Relu", List.of("x"), List.of("r")).node("LogSoftmax", List.of("r"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1, 3).build(), file);
        model = file.toString();
    }

    private Result run(String... more) {
        var arguments = new ArrayList<>(List.of("run", model, "-i", "x=[[1, 2, 3]]"));
        arguments.addAll(List.of(more));
        return GpuxProcess.gpux(arguments.toArray(String[]::new));
    }

    private static void is(Result result, int code, String... words) {
        assertEquals(code, result.code(), result::toString);
        for (var word : words) {
            assertTrue((result.out() + result.err()).contains(word), () -> "expected \"" + word + "\"\n" + result);
        }
        assertFalse(result.err().contains("\tat "), result::toString);
    }

    @Test
    void theCpuIsTheDefaultOfABuildWithoutProviders() {
        is(run(), OK, "half on cpu\n");
        is(run("--json"), OK, "\"provider\":\"cpu\"", "\"known_from\":\"cpu_only\"");
        is(run("-p", "cpu", "--strict"), OK, "half on cpu\n");
        is(run("-p", "cuda,cpu", "-v"), OK, "half on cpu", "CUDA: ", "was built without CUDA");
    }

    @Test
    void whatIsRequiredAndMissingIsExitCode4() {
        is(run("-p", "cuda"), NO_PROVIDER, "was built without CUDA", "onnxruntime_gpu", "--ort");
        is(run("--require", "gpu"), NO_PROVIDER, "a GPU is required");
        is(run("--require", "cuda"), NO_PROVIDER, "CUDA is required");
        is(run("--strict"), NO_PROVIDER, "nothing may be left to the CPU");
        assertEquals("", run("-p", "cuda", "--json").out());
    }

    @Test
    void namesThatDoNotExistAreWrongUsage() {
        is(run("-p", "cudda"), USAGE, "did you mean \"cuda\"");
        is(run("-p", "cuda,,cpu"), USAGE, "separated by commas");
        is(run("-p", "auto,cuda"), USAGE, "auto stands alone");
        is(run("--require", "gpuu"), USAGE, "--require gpuu");
    }

    @Test
    void aGpuxfileSaysItToo() throws IOException {
        is(gpuxfile("{providers: [cuda]}"), NO_PROVIDER, "was built without CUDA");
        is(gpuxfile("{providers: [cuda, cpu]}"), OK, "on cpu");
        is(gpuxfile("{require: gpu}"), NO_PROVIDER, "a GPU is required");
        is(gpuxfile("{providers: [cudda]}"), INVALID, "GPUXfile: providers: there is no provider 'cudda'");
        is(gpuxfile("{options: {cudda: {a: 1}}}"), INVALID, "runtime.options: there is no provider 'cudda'");
        is(gpuxfile("{providers: [cuda], options: {cuda: {device_id: first}}}"), INVALID, "device_id",
            "a whole number");
        is(gpuxfile("{memory: 1GB}"), OK, "runtime.memory has no effect");
    }

    private Result gpuxfile(String runtime) throws IOException {
        var file = Files.writeString(folder.resolve("GPUXfile"), "model: half.onnx\nruntime: " + runtime + "\n");
        return GpuxProcess.gpux("run", file.toString(), "-i", "x=[[1, 2, 3]]");
    }

    @Test
    void providersAreListed() {
        is(GpuxProcess.gpux("providers"), OK, "cpu         usable, chosen by default",
            "not in this build: tensorrt, cuda");
        is(GpuxProcess.gpux("providers", "-v"), OK, "onnxruntime_gpu");
        var json = GpuxProcess.gpux("providers", "--json");
        is(json, OK, "\"compiled\":[\"CPUExecutionProvider\"]", "\"name\":\"cuda\"");
        assertTrue(json.out().startsWith("{") && json.out().strip().endsWith("}"), json::toString);
        is(GpuxProcess.gpux("providers", model), OK, "The model runs on cpu");
    }

    @Test
    void theDoctorFindsNothingWrongWithTheLibraryThatGpuxBrings() {
        var result = GpuxProcess.gpux("doctor");
        assertTrue(result.code() == 0 || result.code() == 5, result::toString);
        is(result, result.code(), "telemetry\n  ok       turned off before the library was loaded",
            "no file of it is open", "it has the CPU only");
        var json = GpuxProcess.gpux("doctor", "--json");
        is(json, result.code(), "\"findings\":[{\"level\":\"ok\",\"area\":\"ONNX Runtime\"");
        assertEquals("", json.err());
        is(GpuxProcess.gpux("doctor", "--ort", "/nowhere"), 5, "does not exist");
    }

    private Result onWebGpu(String... arguments) {
        var cache = System.getenv("XDG_CACHE_HOME");
        var library = Path.of(cache == null ? System.getProperty("user.home") + "/.cache" : cache,
            "gpux-ci/webgpu/libonnxruntime.so.1");
        for (var file : List.of(library, ICD)) {
            if (!Files.exists(file)) {
                var words = "no " + file + ": run .ci/webgpu";
                if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                    fail(words);
                }
                abort(words);
            }
        }
        return new GpuxProcess(arguments).with("GPUX_ORT", library.toString()).with("VK_DRIVER_FILES", ICD.toString())
            .run();
    }

    @Test
    void webGpuGivesTheNumbersOfTheCpu() {
        is(onWebGpu("verify", model, "--compare", "cpu,webgpu"), OK, "passed  half/random inputs 1 on webgpu against cpu",
            "8 passed, 0 failed");
    }

    @Test
    void aModelThatIsHalfOnWebGpuSaysSo() {
        is(onWebGpu("run", model, "-i", "x=[[1, 2, 3]]", "-p", "webgpu"), OK,
            "half on webgpu (1 of 2 nodes, 1 copy; on the CPU: LogSoftmax)", "-2.40761");
        is(onWebGpu("run", model, "-i", "x=[[1, 2, 3]]", "-p", "webgpu", "--json"), OK, "\"provider\":\"webgpu\"",
            "\"nodes\":{\"webgpu\":1,\"cpu\":1}",
            "\"on_cpu\":[{\"operator\":\"LogSoftmax\",\"nodes\":1,\"reason\":\"WebGPU has no kernel for it\"}]");
        is(onWebGpu("run", model, "-i", "x=[[1, 2, 3]]", "-p", "webgpu", "--strict"), NO_PROVIDER,
            "1 of 2 nodes would be", "LogSoftmax: WebGPU has no kernel for it");
        is(onWebGpu("inspect", model, "-p", "webgpu"), OK,
            "runs on     webgpu (1 of 2 nodes, 1 copy; on the CPU: LogSoftmax)");
        is(onWebGpu("inspect", model, "-p", "webgpu", "-v", "--load"), OK, "loads it: 1 inputs, 1 outputs", "LogSoftmax (WebGPU has no kernel for it)");
        is(onWebGpu("inspect", model, "-p", "webgpu", "--json"), OK, "\"nodes\":{\"webgpu\":1,\"cpu\":1}");
        is(onWebGpu("inspect", model, "-p", "webgpu", "--strict"), NO_PROVIDER, "1 of 2 nodes would be");
        is(onWebGpu("bench", model, "-p", "webgpu", "--shape", "x=1,3", "--duration", "50ms", "--warm-up", "50ms"), OK,
            "webgpu (some nodes on the CPU): load ");
        is(onWebGpu("bench", model, "-p", "webgpu", "--shape", "x=1,3", "--duration", "50ms", "--warm-up", "50ms",
            "-v"), OK, "webgpu (1 of 2 nodes, 1 copy; on the CPU: LogSoftmax): load ",
            "on the CPU: LogSoftmax (WebGPU has no kernel for it)");
        is(onWebGpu("bench", model, "-p", "webgpu", "--shape", "x=1,3", "--duration", "50ms", "--warm-up", "50ms",
            "--json"), OK, "\"nodes\":{\"webgpu\":1,\"cpu\":1}");
        is(onWebGpu("run", model, "-i", "x=[[1, 2, 3]]", "-p", "cuda"), NO_PROVIDER,
            "libonnxruntime_providers_shared.so is missing beside");
        is(onWebGpu("providers"), OK, "webgpu      usable");
    }

    /** The 642 MB jar of the GPU build, where somebody has it: GPUX_GPU_JAR names it. */
    @Test
    void theGpuBuildOnAMachineWithoutCudaNamesWhatIsMissing() {
        var jar = System.getenv("GPUX_GPU_JAR");
        if (jar == null) {
            abort("set GPUX_GPU_JAR to onnxruntime_gpu-1.29.0.jar to run this");
        }
        is(run("--ort", jar, "-p", "cuda"), NO_PROVIDER, "libcublasLt.so.12 is missing", "gpux doctor");
        is(run("--ort", jar), OK, "half on cpu (not TensorRT: libcublas.so.12 is missing; not CUDA: "
            + "libcublasLt.so.12 is missing)");
        is(run("--ort", jar, "--require", "gpu"), NO_PROVIDER, "libcublasLt.so.12 is missing");
        is(GpuxProcess.gpux("doctor", "--ort", jar), 5, "libcublasLt.so.12 is missing", "libcublas.so.12 is missing",
            "libcurand.so.10 is missing", "libcudart.so.12 is missing", "libcuda.so.1 is missing",
            "libnvinfer.so.10 is missing", "libnvonnxparser.so.10 is missing", "libcudnn.so.9 is missing");
    }
}
