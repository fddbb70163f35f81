package dev.gpux.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fixed part of the reference cases on a provider that is not the CPU: WebGPU on a Vulkan device in software, as
 * {@code .ci/webgpu} installs them. Those in {@code not-passing-webgpu.txt} fail for the reason given there.
 */
class WebGpuConformanceIT {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final Path ICD = Path.of("/usr/lib/chromium/vk_swiftshader_icd.json");
    /** Of the operators that people's networks consist of: some cases of each, and all that WebGPU fails on. */
    private static final Pattern CHOSEN = Pattern.compile("test_("
        + "(add|mul|div|sub|pow_bcast|sqrt|exp|tanh|sigmoid|relu|erf|softmax|"
        + "layer_normalization_4d|instancenorm|batchnorm|convtranspose|basic_conv|conv_with|matmul|gemm|"
        + "transpose|concat|slice|gather|reduce_mean|reduce_sum|averagepool_2d|maxpool_2d|globalaveragepool|where|"
        + "clip|expand|unsqueeze|pad|split_equal|tile|resize_upsample|cast_FLOAT_to_(DOUBLE|FLOAT16)|cast_FLOAT16|"
        + "einsum|cumsum|argmax|depthtospace|hardsigmoid|leakyrelu|maxpool_with|blackmanwindow).*"
        + "|max_float16|min_float16|castlike_(FLOAT16_to_FLOAT|FLOAT_to_FLOAT16).*)");
    private static final int LEAST = 150;

    @TempDir
    static Path folder;
    private static List<String> lines;

    @BeforeAll
    static void verify() throws IOException, InterruptedException {
        var cache = System.getenv("XDG_CACHE_HOME");
        var library = required(Path.of(cache == null ? System.getProperty("user.home") + "/.cache" : cache, "gpux-ci",
            "webgpu", "libonnxruntime.so.1"), "run .ci/webgpu");
        required(ICD, "run .ci/webgpu");
        required(DATA, "apt-get install libonnx-testdata");
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-jar", System.getProperty("gpux.jar"), "verify", "--require",
            "webgpu", "-p", "webgpu", "--ort", library.toString()));
        try (var folders = Files.list(DATA)) {
            folders.filter(path -> CHOSEN.matcher(path.getFileName().toString()).matches()).sorted()
                .forEach(path -> command.add(path.toString()));
        }
        var out = folder.resolve("out.txt");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile())
            .redirectError(folder.resolve("err.txt").toFile());
        builder.environment().put("VK_DRIVER_FILES", ICD.toString());
        int code = builder.start().waitFor();
        lines = Files.readAllLines(out);
        assertEquals(5, code, () -> String.join("\n", lines));
    }

    private static Path required(Path file, String remedy) {
        if (!Files.exists(file)) {
            var words = "no " + file + ": " + remedy;
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail(words);
            }
            abort(words);
        }
        return file;
    }

    @Test
    void whatDoesNotPassIsInTheListWithItsReason() {
        var list = NotPassing.read("not-passing-webgpu.txt");
        var wrong = new ArrayList<String>();
        int seen = 0;
        for (var line : lines.subList(0, lines.size() - 1)) {
            var words = line.split("  ", 2);
            var name = words.length < 2 ? line : words[1].split(":", 2)[0];
            if (!name.startsWith("test_")) {
                // The rest of a message of several lines.
                continue;
            }
            seen++;
            var expected = list.remove(name);
            boolean asExpected = expected == null ? words[0].equals("passed")
                : words[0].equals("failed") && line.contains(expected.says());
            if (!asExpected) {
                wrong.add(line);
            }
        }
        list.keySet().forEach(name -> wrong.add(name + " was not run"));
        assertEquals("", String.join("\n", wrong));
        assertTrue(seen >= LEAST, seen + " cases");
    }
}
