package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a clumsy person sees: an exit code and a message that says what was expected, never a stack trace. */
class ErrorsIT {
    private static final int USAGE = 2;
    private static final int INVALID = 3;
    private static final int FAILED = 1;

    @TempDir
    Path folder;
    private Path model;

    @BeforeEach
    void buildModel() throws IOException {
        model = write("add.onnx", 17, OnnxDataType.FLOAT);
    }

    @Test
    void unknownCommand() {
        fails(USAGE, List.of("no command 'rnu'", "did you mean \"run\""), "rnu");
    }

    @Test
    void unknownOption() {
        fails(USAGE, List.of("no option --jsno", "--json"), "run", "--jsno");
    }

    @Test
    void unknownFile() {
        fails(INVALID, List.of("there is no model 'nowhere.onnx'"), "run", "nowhere.onnx");
    }

    @Test
    void misspeltFile() {
        fails(INVALID, List.of("there is no model", "did you mean \"add.onnx\""), "run",
            folder.resolve("ad.onnx").toString());
    }

    @Test
    void folderWithoutGpuxfile() {
        fails(INVALID, List.of("has no GPUXfile"), "run", folder.toString());
    }

    @Test
    void notOnnx() throws IOException {
        var text = Files.writeString(folder.resolve("model.onnx"), "<html>not found</html>");
        fails(INVALID, List.of("model.onnx", "HTML"), "run", text.toString());
    }

    @Test
    void truncatedOnnx() throws IOException {
        var bytes = Files.readAllBytes(Path.of("models/all-minilm-l6-v2-q.onnx"));
        var cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(bytes, bytes.length / 2));
        fails(INVALID, List.of("cut.onnx", "truncated"), "run", cut.toString());
    }

    @Test
    void opsetTooNew() throws IOException {
        fails(INVALID, List.of("refuses the model", "pset 99"), "run",
            write("new.onnx", 99, OnnxDataType.FLOAT).toString(), "-i", "a=[[1,2]]", "-i", "b=[[1,2]]");
    }

    @Test
    void missingInput() {
        fails(INVALID, List.of("input 'b: float32[n, 2]' is missing"), "run", model.toString(), "-i", "a=[[1,2]]");
    }

    @Test
    void misspeltInput() {
        fails(INVALID, List.of("no input is named 'txt'", "did you mean \"text\""), "run", "-i", "txt=hello");
    }

    @Test
    void extraInput() {
        fails(INVALID, List.of("no input is named 'zzz'", "a, b"), "run", model.toString(), "-i", "a=[[1,2]]", "-i",
            "b=[[1,2]]", "-i", "zzz=1");
    }

    @Test
    void wrongRank() {
        fails(INVALID, List.of("a", "[n, 2]"), "run", model.toString(), "-i", "a=[[[1,2]]]", "-i", "b=[[1,2]]");
    }

    @Test
    void wrongDimension() {
        fails(INVALID, List.of("a", "[n, 2]"), "run", model.toString(), "-i", "a=[[1,2,3]]", "-i", "b=[[1,2]]");
    }

    @Test
    void valueOutOfRange() throws IOException {
        var bytes = write("u8.onnx", 17, OnnxDataType.UINT8);
        fails(INVALID, List.of("300", "uint8", "255"), "run", bytes.toString(), "-i", "a=[[1,300]]", "-i", "b=[[1,2]]");
    }

    @Test
    void fractionForAnInteger() throws IOException {
        var longs = write("i64.onnx", 17, OnnxDataType.INT64);
        fails(INVALID, List.of("1.5", "int64"), "run", longs.toString(), "-i", "a=[[1,1.5]]", "-i", "b=[[1,2]]");
    }

    @Test
    void nanText() throws IOException {
        var longs = write("i64.onnx", 17, OnnxDataType.INT64);
        fails(INVALID, List.of("NaN", "int64"), "run", longs.toString(), "-i", "a=[[1,NaN]]", "-i", "b=[[1,2]]");
        fails(INVALID, List.of("nonsense"), "run", model.toString(), "-i", "a=[[1,\"nonsense\"]]", "-i", "b=[[1,2]]");
    }

    @Test
    void brokenJson() {
        fails(INVALID, List.of("a", "line 1, column"), "run", model.toString(), "-i", "a=[[1,2", "-i", "b=[[1,2]]");
    }

    @Test
    void unknownKeyInGpuxfile() throws IOException {
        var file = Files.writeString(folder.resolve("GPUXfile"), "model: x.onnx\nruntme: {}\n");
        fails(INVALID, List.of("GPUXfile:2:1", "runtme", "did you mean \"runtime\""), "run", file.toString());
    }

    @Test
    void wrongTypeInGpuxfile() throws IOException {
        var file = Files.writeString(folder.resolve("GPUXfile"),
            "model: x.onnx\nruntime: {threads: {intra: many}}\n");
        fails(INVALID, List.of("GPUXfile:2:", "runtime.threads.intra", "expected"), "run", file.toString());
    }

    @Test
    void unknownStepAndParameter() throws IOException {
        var file = Files.writeString(folder.resolve("GPUXfile"), "model: add.onnx\npostprocess:\n  - poool: {}\n");
        fails(INVALID, List.of("GPUXfile:3:", "poool", "pool"), "run", file.toString());
    }

    @Test
    void hashMismatch() throws IOException {
        var file = Files.writeString(folder.resolve("GPUXfile"),
            "model: {source: add.onnx, sha256: \"" + "0".repeat(64) + "\"}\n");
        fails(INVALID, List.of("add.onnx", "SHA-256", "0000"), "run", file.toString());
    }

    @Test
    void libraryMissing() {
        fails(FAILED, List.of("/nowhere/ort"), "version", "--ort", "/nowhere/ort");
    }

    @Test
    void libraryIsText() throws IOException {
        var text = Files.writeString(folder.resolve("libonnxruntime.so"), "hello");
        fails(FAILED, List.of("libonnxruntime.so", "text"), "version", "--ort", text.toString());
    }

    @Test
    void libraryForAnotherProcessor() throws IOException {
        var other = System.getProperty("os.arch").equals("amd64") ? "linux-aarch64" : "linux-x64";
        var library = folder.resolve("libonnxruntime.so");
        try (var in = ErrorsIT.class.getResourceAsStream("/ai/onnxruntime/native/" + other + "/libonnxruntime.so")) {
            assumeTrue(in != null, "the ORT jar on the class path has no library for " + other);
            Files.copy(in, library);
        }
        fails(FAILED, List.of("libonnxruntime.so", "aarch64"), "version", "--ort", library.toString());
    }

    @Test
    void libraryTooOld() throws IOException, InterruptedException {
        var source = Files.writeString(folder.resolve("old.c"), """
            /* Looks like an old ONNX Runtime: enough of OrtApiBase to be asked for its version. */
            static const void *get_api(unsigned version) { (void) version; return 0; }
            static const char *get_version(void) { return "1.18.1"; }
            static const struct { const void *(*api)(unsigned); const char *(*version)(void); } base =
                {get_api, get_version};
            const void *OrtGetApiBase(void) { return &base; }
            """);
        var library = folder.resolve("libonnxruntime.so");
        fails(FAILED, List.of("1.18.1", "1.22"), "version", "--ort", compile(source, library).toString());
    }

    private static Path compile(Path source, Path library) throws IOException, InterruptedException {
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
                .inheritIO().start();
        } catch (IOException e) {
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                throw e;
            }
            assumeTrue(false, "needs a C compiler (cc): apt-get install gcc");
            throw e;
        }
        assertTrue(compiler.waitFor(5, TimeUnit.MINUTES) && compiler.exitValue() == 0, "cc failed");
        return library;
    }

    private Path write(String name, long opset, OnnxDataType type) throws IOException {
        var add = ModelBuilder.create().irVersion(8).opset(opset).input("a", type, "n", 2).input("b", type, "n", 2)
            .node("Add", List.of("a", "b"), List.of("sum")).output("sum", type, "n", 2).build();
        var file = folder.resolve(name);
        OnnxWriter.write(add, file);
        return file;
    }

    private static void fails(int code, List<String> words, String... arguments) {
        var result = GpuxProcess.gpux(arguments);
        assertEquals(code, result.code(), result::toString);
        assertEquals("", result.out(), result::toString);
        for (var word : words) {
            assertTrue(result.err().contains(word), () -> "expected \"" + word + "\"\n" + result);
        }
        assertTrue(result.err().startsWith("gpux: "), result::toString);
        assertFalse(result.err().contains("\tat "), result::toString);
        assertTrue(result.err().lines().count() <= 6, result::toString);
    }

    @Test
    void namesCannotCommandTheTerminal() throws IOException {
        var name = "x\u001b]0;title\u0007\u001b[2K";
        OnnxWriter.write(ModelBuilder.create().input(name, OnnxDataType.FLOAT, 1).node("Relu", List.of(name), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1).build(), model);
        var result = GpuxProcess.gpux("inspect", model.toString());
        assertEquals(0, result.code(), result::toString);
        assertTrue(result.out().contains("x\\u001B]0;title\\u0007\\u001B[2K: float32[1]"), result::toString);
        assertEquals(-1, result.out().indexOf('\u001b'), result::toString);
        fails(INVALID, List.of("x\\u001B]0;title"), "run", model.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--json"})
    void outputThatDoesNotArriveIsAFailure(String option) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/dev/full")), "needs Linux's /dev/full");
        var command = "exec \"$0\" -jar \"$1\" inspect \"$2\" " + option + " >/dev/full";
        var process = new ProcessBuilder("sh", "-c", command, GpuxProcess.java(), GpuxProcess.jar().toString(),
            model.toString()).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(FAILED, process.waitFor(), text);
        assertTrue(text.contains("gpux: standard output cannot be written: No space left on device"), text);
    }

    @Test
    void aReaderThatHasEnoughIsNoFailure() throws IOException, InterruptedException {
        var process = new GpuxProcess("inspect", model.toString()).start();
        process.getInputStream().close();
        var text = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), text);
        assertEquals("", text);
    }
}
