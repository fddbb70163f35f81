package dev.gpux.engine;

import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;

/** Looks into a model's file: before ORT does, where ORT could crash on it, and after, to say why ORT refuses it. */
final class ModelDiagnosis {
    private ModelDiagnosis() { }

    /**
     * Refuses a file whose structure is broken. ORT believes a file: functions nested too deep, for instance, end the
     * process.
     *
     * @throws ModelException if there is something wrong with it
     */
    static void requireSound(Path file) {
        if (isOrtFormat(file)) {
            return;
        }
        try (var model = OnnxModel.open(file)) {
            ModelCheck.of(model).requireNoErrors();
        } catch (OnnxFormatException e) {
            throw new ModelException(e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelException("cannot read the model " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isOrtFormat(Path file) {
        return file.toString().endsWith(".ort");
    }

    static String explain(Path file, String ortVersion, String ortMessage) {
        if (!isOrtFormat(file)) {
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
