package dev.gpux.engine;

import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;

/** Says in words why ORT refuses a model, by looking into the file where ORT's own words help nobody. */
final class ModelDiagnosis {
    private ModelDiagnosis() { }

    static String explain(Path file, String ortVersion, String ortMessage) {
        if (!file.toString().endsWith(".ort")) {
            try (var model = OnnxModel.open(file)) {
                // The file is sound; what is wrong with it only ORT knows.
                model.graph();
            } catch (OnnxFormatException e) {
                return e.getMessage();
            } catch (IOException e) {
                return "cannot read the model " + file + ": " + e.getMessage();
            }
        }
        return "ONNX Runtime " + ortVersion + " refuses the model " + file + ": " + ortMessage;
    }
}
