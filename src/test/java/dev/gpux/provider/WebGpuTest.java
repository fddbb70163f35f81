package dev.gpux.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider that is not the CPU, on every machine: WebGPU on a Vulkan device in software ({@code .ci/webgpu} installs
 * both). {@link WebGpuProcess} does the work; what ORT's profile says of it is read here, on its own.
 */
class WebGpuTest {
    private static final Path ICD = Path.of("/usr/lib/chromium/vk_swiftshader_icd.json");
    /** float32 in another order of additions; the outputs are of the size of 1. */
    private static final double TOLERANCE = 1e-4;
    private static final String WEBGPU = "WebGpuExecutionProvider";
    private static final String CPU = "CPUExecutionProvider";

    @TempDir
    static Path folder;
    private static Properties facts;

    @BeforeAll
    static void runTheOtherProcess() throws IOException, InterruptedException {
        var cache = System.getenv("XDG_CACHE_HOME");
        var installed = Path.of(cache == null ? System.getProperty("user.home") + "/.cache" : cache, "gpux-ci",
            "webgpu");
        var library = required(installed.resolve("libonnxruntime.so.1"));
        var sentences = required(installed.resolve("all-minilm-l6-v2.onnx"));
        var digits = required(Path.of(System.getProperty("gpux.models"), "cnn_mnist.onnx"));
        required(ICD);

        var builder = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", classPath(), WebGpuProcess.class.getName(), folder.toString(),
            sentences.toString(), digits.toString()));
        builder.environment().put("GPUX_ORT", library.toString());
        builder.environment().put("VK_DRIVER_FILES", ICD.toString());
        var log = folder.resolve("log.txt").toFile();
        var process = builder.redirectErrorStream(true).redirectOutput(log).start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            fail("the process hangs: " + Files.readString(log.toPath()));
        }
        assertEquals(0, process.exitValue(), () -> read(log));
        facts = new Properties();
        try (var in = Files.newInputStream(folder.resolve("facts.properties"))) {
            facts.load(in);
        }
    }

    private static String classPath() {
        // Surefire's own class path is one jar that names the others.
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static Path required(Path file) {
        if (!Files.exists(file)) {
            var words = "no " + file + ": run .ci/webgpu, which installs what WebGPU on a software device needs";
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail(words);
            }
            abort(words);
        }
        return file;
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String fact(String name) {
        return facts.getProperty(name, "(no " + name + ")");
    }

    @Test
    void minilmAnswersAsOnTheCpu() {
        assertEquals("1536/1536", fact("minilm.elements"));
        assertTrue(Double.parseDouble(fact("minilm.difference")) < TOLERANCE, fact("minilm.difference"));
        assertEquals("webgpu", fact("minilm.provider"));
    }

    @Test
    void theConvolutionModelAnswersAsOnTheCpu() {
        assertEquals("10/10", fact("digits.elements"));
        assertTrue(Double.parseDouble(fact("digits.difference")) < TOLERANCE, fact("digits.difference"));
        assertEquals("webgpu", fact("digits.provider"));
    }

    @Test
    void theReportOfMinilmIsWhatOrtProfiled() throws IOException {
        reportEqualsProfile("minilm");
        assertTrue(Integer.parseInt(fact("minilm.nodes.webgpu")) > 100, fact("minilm.nodes.webgpu"));
        assertTrue(fact("minilm.cpu.Shape").startsWith("1 "), fact("minilm.cpu.Shape"));
    }

    @Test
    void theReportOfTheConvolutionModelIsWhatOrtProfiled() throws IOException {
        reportEqualsProfile("digits");
        assertEquals("1 WebGPU has no kernel for it", fact("digits.cpu.LogSoftmax"));
        assertEquals("webgpu (13 of 14 nodes, 1 copy; on the CPU: LogSoftmax)", fact("digits.summary"));
    }

    private static void reportEqualsProfile(String model) throws IOException {
        var profiled = profile(Path.of(fact(model + ".profile")));
        assertEquals("LOG", fact(model + ".source"));
        int copies = profiled.values().stream()
            .mapToInt(operators -> operators.getOrDefault("MemcpyToHost", 0)
                + operators.getOrDefault("MemcpyFromHost", 0))
            .sum();
        assertEquals(copies, Integer.parseInt(fact(model + ".copies")));
        assertEquals(count(profiled, CPU), Integer.parseInt(fact(model + ".nodes.cpu")));
        assertEquals(count(profiled, WEBGPU) - copies, Integer.parseInt(fact(model + ".nodes.webgpu")));
        var onCpu = new TreeMap<String, Integer>();
        facts.stringPropertyNames().stream().filter(name -> name.startsWith(model + ".cpu.")).forEach(name ->
            onCpu.put(name.substring((model + ".cpu.").length()), Integer.parseInt(fact(name).split(" ")[0])));
        assertEquals(profiled.get(CPU), onCpu);
    }

    private static int count(Map<String, Map<String, Integer>> profiled, String provider) {
        return profiled.getOrDefault(provider, Map.of()).values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Provider → operator → nodes, from the events of one run in ORT's profile. */
    private static Map<String, Map<String, Integer>> profile(Path file) throws IOException {
        var profiled = new HashMap<String, Map<String, Integer>>();
        var seen = new HashSet<String>();
        try (var json = new JsonFactory().createParser(file.toFile())) {
            var event = new HashMap<String, String>();
            for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isScalarValue() && json.currentName() != null) {
                    event.put(json.currentName(), json.getText());
                } else if (token == JsonToken.END_OBJECT && json.getParsingContext().inArray()
                    && json.getParsingContext().getParent().inRoot()) {
                    // One event a node and run; the index tells nodes apart whose name is empty.
                    var provider = event.get("provider");
                    if (provider != null && event.get("name").endsWith("_kernel_time")
                        && seen.add(event.get("node_index") + " " + event.get("name"))) {
                        profiled.computeIfAbsent(provider, _ -> new TreeMap<>()).merge(event.get("op_name"), 1,
                            Integer::sum);
                    }
                    event.clear();
                }
            }
        }
        return profiled;
    }

    @Test
    void runsOnBoundDeviceMemoryAnswerAsPlainOnes() {
        assertEquals("float32[1, 4, 384] in WebGPU_Buf:0", fact("device.output"));
        assertTrue(Double.parseDouble(fact("device.difference")) < TOLERANCE, fact("device.difference"));
    }

    @Test
    void strictRefusesAModelWithAnOperatorThatWebGpuLacks() {
        assertEquals("REQUIRED nothing may be left to the CPU, but 1 of 14 nodes would be:\n"
            + "  LogSoftmax: WebGPU has no kernel for it", fact("strict.digits"));
    }

    @Test
    void strictTakesAModelThatWebGpuHasInFull() {
        assertEquals("webgpu (its only node)", fact("strict.full"));
        assertEquals("true", fact("strict.full.holds"));
    }

    @Test
    void aDeviceInSoftwareIsUsableButNotChosen() {
        var candidate = fact("automatic.webgpu");
        if (GpuNodes.present().isEmpty()) {
            assertTrue(candidate.startsWith("true false "), candidate);
            assertTrue(candidate.contains("-p webgpu"), candidate);
            assertTrue(fact("automatic.summary").startsWith("cpu (not TensorRT: "), fact("automatic.summary"));
            assertTrue(fact("require.gpu").startsWith("REQUIRED a GPU is required"), fact("require.gpu"));
        } else {
            // A real GPU may be there, or only its device file: the candidate says which.
            assertTrue(candidate.startsWith("true true ") || candidate.startsWith("false false "), candidate);
        }
        assertTrue(fact("automatic.cuda").startsWith("false false libonnxruntime_providers_"), fact("automatic.cuda"));
    }

    @Test
    void whatIsNamedIsUsed() {
        assertEquals("webgpu", fact("require.named"));
    }

    @Test
    void withoutTheLogItIsUnknownRatherThanGuessed() {
        assertEquals("UNKNOWN", fact("plain.source"));
        assertEquals("webgpu (some nodes on the CPU)", fact("plain.summary"));
    }

    @Test
    void whereTheLayoutStaysOrtsRecordIsComplete() {
        assertEquals("ASSIGNMENT", fact("nchw.source"));
        assertTrue(fact("nchw.summary").startsWith("webgpu (") && fact("nchw.summary").endsWith("LogSoftmax)"),
            fact("nchw.summary"));
    }
}
