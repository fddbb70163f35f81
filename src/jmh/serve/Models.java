import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the models and requests of serve.sh. Run as a single file: java -cp gpux.jar Models.java FOLDER */
public final class Models {
    private static final int PIXELS = 3 * 224 * 224;

    private Models() { }

    public static void main(String[] args) throws IOException {
        var folder = Path.of(args[0]);
        var weights = new float[100];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i * 37 % 100 - 50) / 100f;
        }
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", 10)
            .initializer("w", new long[] {10, 10}, weights).initializer("b", new long[] {10}, new float[10])
            .node("Gemm", List.of("x", "w", "b"), List.of("m")).node("Softmax", List.of("m"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "batch", 10).build(), folder.resolve("tiny.onnx"));
        // Reads the whole tensor and gives one number: what remains is the way of the tensor to the model.
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, PIXELS)
            .node("ReduceMax", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, 1, 1).build(),
            folder.resolve("picture.onnx"));
        // Takes the same bytes and looks at none: the server merely reads the body.
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 1, PIXELS)
            .node("Shape", List.of("x"), List.of("y")).output("y", OnnxDataType.INT64, 2).build(),
            folder.resolve("shape.onnx"));
        write(folder.resolve("tiny.lua"), "application/json", "", "{\\\"inputs\\\":[{\\\"name\\\":\\\"x\\\",\\\"shape\\\":"
            + "[1,10],\\\"datatype\\\":\\\"FP32\\\",\\\"data\\\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0]}]}", "");
        write(folder.resolve("picture.lua"), "application/octet-stream",
            "wrk.headers['Inference-Header-Content-Length'] = '0'\n", "", ".. string.rep('\\0', " + PIXELS * 4 + ")");
        var text = "a cat sat on the mat and watched the rain fall on the roofs of the old town";
        write(folder.resolve("text.lua"), "application/json", "", "{\\\"text\\\":\\\"" + text + "\\\"}", "");
    }

    private static void write(Path file, String type, String headers, String body, String more) throws IOException {
        Files.writeString(file, "wrk.method = 'POST'\nwrk.headers['Content-Type'] = '" + type + "'\n" + headers
            + "wrk.body = \"" + body + "\" " + more + "\n"
            + "done = function(summary, latency, requests)\n"
            + "  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status"
            + " + summary.errors.timeout\n"
            + "  io.write(string.format('RESULT %.1f %.3f %.3f %d\\n', summary.requests / summary.duration * 1e6,"
            + " latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad))\nend\n");
    }
}
