package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ORT 1.29 and later write {@code ~/.cache/Microsoft/DeveloperTools/.onnxruntime/{deviceid,onnxruntime.db}} from a plain
 * session, unless they were told before they were loaded not to.
 */
class TelemetryIT {
    @TempDir
    Path folder;

    @Test
    void aFreshHomeStaysEmptyButForGpuxsOwnCache() throws IOException {
        var home = Files.createDirectory(folder.resolve("home"));
        var model = folder.resolve("relu.onnx");
        OnnxWriter.write(ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, 1)
            .node("Relu", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, 1).build(), model);
        var result = new GpuxProcess("run", model.toString(), "-i", "x=[1]").with("HOME", home.toString())
            .with("XDG_CACHE_HOME", home.resolve(".cache").toString())
            .with("XDG_DATA_HOME", home.resolve(".local/share").toString()).run();
        assertEquals(0, result.code(), result::toString);
        try (var files = Files.walk(home)) {
            assertEquals(List.of(), files.filter(Files::isRegularFile).map(home::relativize)
                .filter(file -> !file.startsWith(Path.of(".cache", "gpux"))).toList());
        }
    }
}
