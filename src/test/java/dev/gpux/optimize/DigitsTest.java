package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.calibrate.RangeMethod;
import dev.gpux.optimize.proof.NewModelFile;
import dev.gpux.optimize.quantize.Keep;
import dev.gpux.optimize.quantize.StaticOptions;
import dev.gpux.optimize.quantize.StaticQuantizer;
import dev.gpux.optimize.quantize.WeightRange;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The digits CNN in static int8, calibrated on 30 digits and tried on 62. */
class DigitsTest {
    private static final Path MODEL = MiniLm.MODELS.resolve("cnn_mnist.onnx");
    private static final int CALIBRATION = 30;
    private static final int SIZE = 28;

    @TempDir
    Path folder;

    /** A digit: what it is, and its picture. */
    private record Digit(int label, float[] pixels) {
        Tensor tensor(Arena arena) {
            return Tensor.of(arena, pixels, 1, 1, SIZE, SIZE);
        }
    }

    /** Lines such as {@code 7 202:84 203:185}, places counted from 1. */
    private static List<Digit> digits() throws IOException {
        var digits = new ArrayList<Digit>();
        for (var line : Files.readAllLines(MiniLm.MODELS.resolve("mnist_test_head.libsvm"))) {
            var words = line.strip().split(" ");
            var pixels = new float[SIZE * SIZE];
            for (int i = 1; i < words.length; i++) {
                var pair = words[i].split(":");
                pixels[Integer.parseInt(pair[0]) - 1] = Float.parseFloat(pair[1]);
            }
            digits.add(new Digit((int) Float.parseFloat(words[0]), pixels));
        }
        return digits;
    }

    private static int right(Path model, List<Digit> digits) {
        int right = 0;
        try (var session = Session.open(model)) {
            for (var digit : digits) {
                try (var arena = Arena.ofConfined()) {
                    var scores = ((Tensor) session.run(arena, Map.of("input_image", digit.tensor(arena)))
                        .get("output_probs")).floats();
                    int best = 0;
                    for (int i = 1; i < scores.length; i++) {
                        best = scores[i] > scores[best] ? i : best;
                    }
                    right += best == digit.label() ? 1 : 0;
                }
            }
        }
        return right;
    }

    private Path quantized(StaticOptions options, List<Digit> digits) throws IOException {
        try (var opened = Model.open(Gpuxfile.ofModel(MODEL), OpenOptions.standard()); var arena = Arena.ofShared();
             var model = OnnxModel.open(MODEL); var place = NewModelFile.at(folder.resolve("new.onnx"));
             var scratch = ScratchFile.in(place.folder())) {
            var items = digits.stream().limit(CALIBRATION).map(digit -> Map.<String, Input>of("input_image",
                new Input.Numbers(digit.tensor(arena)))).toList();
            var calibration = Calibration.of(model, opened, items, StaticQuantizer.values(model), place.folder());
            place.write(StaticQuantizer.quantize(model, scratch, calibration, options).model(), false);
            place.keep();
            return folder.resolve("new.onnx");
        }
    }

    @ParameterizedTest
    @EnumSource
    void allDigitsAreStillRight(RangeMethod method) throws IOException {
        var digits = digits();
        assertEquals(62, digits.size());
        assertEquals(62, right(MODEL, digits));
        var file = quantized(new StaticOptions(WeightRange.INT8, true, method, Keep.NONE), digits);
        // What entropy cuts off are the strongest answers of a digit that was close before.
        int right = right(file, digits);
        assertTrue(method == RangeMethod.ENTROPY ? right >= 61 : right == 62, right + " are right");
        assertTrue(Files.size(file) < Files.size(MODEL) * 0.4, () -> file.toFile().length() + " bytes");
    }

    @Test
    void integersReachIntegerKernels() throws IOException {
        var file = quantized(StaticOptions.standard(), digits());
        var optimized = folder.resolve("optimized.onnx");
        try (var options = new SessionOptions().optimizedModelPath(optimized)
                .graphOptimization(SessionOptions.GraphOptimization.EXTENDED);
             var _ = Session.open(file, options); var model = OnnxModel.open(optimized)) {
            var operators = model.graph().nodes().stream().map(node -> node.opType()).toList();
            assertEquals(2, operators.stream().filter("QLinearConv"::equals).count(), operators::toString);
            // The last product makes numbers, and ORT fuses it with its Relu instead.
            assertEquals(1, operators.stream().filter("QGemm"::equals).count(), operators::toString);
            assertTrue(operators.stream().noneMatch("Conv"::equals), operators::toString);
        }
        var kept = quantized(StaticOptions.standard().withKeep(new Keep(Set.of("Gemm"))), digits());
        assertEquals(62, right(kept, digits()));
    }
}
