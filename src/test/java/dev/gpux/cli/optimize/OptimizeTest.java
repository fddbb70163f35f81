package dev.gpux.cli.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.cli.common.ExitCode;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.ort.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux optimize} on the digits CNN. */
class OptimizeTest {
    private static final Path DIGITS = Path.of(System.getProperty("gpux.models", "models")).resolve("cnn_mnist.onnx");

    @TempDir
    Path folder;

    private Line optimize(String target, String... arguments) {
        var all = new ArrayList<>(List.of(DIGITS.toString(), "-o", folder.resolve(target).toString()));
        all.addAll(Arrays.asList(arguments));
        return Line.run(new OptimizeCommand(), all.toArray(String[]::new));
    }

    @Test
    void ortRewritesTheGraph() throws IOException {
        var line = optimize("a.onnx");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        assertTrue(line.out().contains("level extended for cpu") && line.out().contains("Relu 4 →"), line::toString);
        try (var model = OnnxModel.open(folder.resolve("a.onnx"))) {
            assertTrue(model.graph().nodes().size() < 13);
        }
        assertEquals(ExitCode.USAGE, optimize("a.onnx", "--level", "most").code());
    }

    @Test
    void ortFormatIsLoaded() {
        var line = optimize("a.ort", "--level", "basic");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        try (var session = Session.open(folder.resolve("a.ort"))) {
            assertEquals(1, session.inputs().size());
        }
    }

    @Test
    void shapesAreFixedAndWeightsHalved() throws IOException {
        var line = optimize("b.onnx", "--fix-dim", "batch=2", "--fp16", "--min-cosine", "0.999", "--level", "basic");
        assertEquals(ExitCode.OK, line.code(), line::toString);
        try (var model = OnnxModel.open(folder.resolve("b.onnx"))) {
            assertEquals("input_image: float32[2,1,28,28]", model.graph().inputs().getFirst().toString());
            assertTrue(Files.size(folder.resolve("b.onnx")) < Files.size(DIGITS) * 0.6);
        }
        assertEquals(ExitCode.OK, optimize("c.onnx", "--fp16", "--fp16-io").code());
        assertEquals(ExitCode.INVALID, optimize("d.onnx", "--fix-dim", "bach=2").code());
    }

    @Test
    void theCpuCompilesNothing() {
        var line = optimize("e.onnx", "--compile", "cpu");
        // Before 1.23 ORT does not say so, and writes the model as it was.
        boolean old = System.getProperty("ort.version", "").startsWith("1.22");
        assertEquals(old ? ExitCode.OK : ExitCode.INVALID, line.code(), line::toString);
        assertTrue(old || line.err().startsWith("cpu compiles no models ahead of time here: "), line::toString);
    }

    @Test
    void providersThatAreNotThereCompileNothing() throws IOException {
        var missing = optimize("e.onnx", "--compile", "qnn");
        assertEquals(ExitCode.NO_PROVIDER, missing.code(), missing::toString);
        assertTrue(missing.err().contains("was built without QNN"), missing::toString);
        var unknown = optimize("e.onnx", "--compile", "tensort");
        assertEquals(ExitCode.INVALID, unknown.code(), unknown::toString);
        assertTrue(unknown.err().contains("there is no provider 'tensort'"), unknown::toString);
        // The GPUXfile says where a plugin's library is.
        var gpuxfile = Files.writeString(folder.resolve("GPUXfile"), "name: digits\nmodel: {source: " + DIGITS
            .toAbsolutePath() + "}\nruntime: {options: {SomeEP: {library: /no/such/library.so}}}\n");
        var plugin = Line.run(new OptimizeCommand(), gpuxfile.toString(), "--compile", "SomeEP", "-o",
            folder.resolve("e.onnx").toString());
        assertEquals(ExitCode.NO_PROVIDER, plugin.code(), plugin::toString);
        assertTrue(plugin.err().contains("there is no plugin library /no/such/library.so"), plugin::toString);
        try (var files = Files.list(folder)) {
            assertEquals(List.of(gpuxfile), files.toList(), "what was refused left something");
        }
    }

    @Test
    void weightsMayLieBesideTheModel() throws IOException {
        assertEquals(ExitCode.OK, optimize("beside.onnx", "--external-data").code());
        assertTrue(Files.exists(folder.resolve("beside.onnx.data")));
        for (var target : List.of("again.onnx", "again.ort", "half.onnx")) {
            var line = Line.run(new OptimizeCommand(), folder.resolve("beside.onnx").toString(), "-o",
                folder.resolve(target).toString(), "--level", "basic", target.startsWith("half") ? "--fp16" : "-q");
            assertEquals(ExitCode.OK, line.code(), line::toString);
        }
        Files.delete(folder.resolve("beside.onnx.data"));
        try (var session = Session.open(folder.resolve("again.onnx"))) {
            assertEquals(1, session.inputs().size());
        }
    }
}
