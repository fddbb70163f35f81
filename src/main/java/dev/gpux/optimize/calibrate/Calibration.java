package dev.gpux.optimize.calibrate;

import dev.gpux.engine.Model;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.optimize.ValueTypes;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What values inside a model were like on some inputs. Immutable once made. */
public final class Calibration {
    private final Map<String, Histogram> histograms = new HashMap<>();
    private final Map<String, double[]> squares = new HashMap<>();
    private final Map<String, Gram> grams = new HashMap<>();
    private boolean withGrams;

    private Calibration() { }

    /**
     * Runs a model on inputs and looks at values inside it.
     *
     * @param opened makes the model's inputs of the items
     * @param values the names of {@code float32} values: inputs, or what nodes of the main graph make
     * @param folder where a copy of the model may be written
     * @throws dev.gpux.ort.OrtException if a run fails
     * @throws IOException if nothing can be written
     */
    public static Calibration of(OnnxModel model, Model opened, List<Map<String, Input>> items,
                                 Collection<String> values, Path folder) throws IOException {
        return of(model, opened, items, values, folder, false);
    }

    /** As above, with {@link #gram} for what has at most 2048 channels; takes 8 bytes for each two channels. */
    public static Calibration withGrams(OnnxModel model, Model opened, List<Map<String, Input>> items,
                                        Collection<String> values, Path folder) throws IOException {
        return of(model, opened, items, values, folder, true);
    }

    private static Calibration of(OnnxModel model, Model opened, List<Map<String, Input>> items,
                                  Collection<String> values, Path folder, boolean grams) throws IOException {
        var calibration = new Calibration();
        calibration.withGrams = grams;
        values.forEach(name -> calibration.histograms.put(name, new Histogram()));
        var inner = new HashSet<>(ValueTypes.intermediates(model.graph()));
        inner.retainAll(calibration.histograms.keySet());
        var file = folder.resolve(".calibration.onnx");
        OnnxWriter.write(ValueTypes.withOutputs(model, List.copyOf(inner)), file,
            new WeightPlacement.SideFile(".calibration.data", 1024));
        try (var options = new SessionOptions().graphOptimization(SessionOptions.GraphOptimization.BASIC)
                .intraOpThreads(Runtime.getRuntime().availableProcessors());
             var session = Session.open(file, options)) {
            for (var item : items) {
                try (var arena = Arena.ofConfined()) {
                    var inputs = opened.modelInputs(arena, List.of(item));
                    inputs.forEach((name, value) -> {
                        if (value instanceof Tensor tensor) {
                            calibration.add(name, tensor);
                        }
                    });
                    session.run(arena, inputs).forEach((name, value) -> {
                        if (value instanceof Tensor tensor) {
                            calibration.add(name, tensor);
                        }
                    });
                }
            }
        }
        return calibration;
    }

    private void add(String name, Tensor tensor) {
        var histogram = histograms.get(name);
        if (histogram == null || tensor.elementType() != ElementType.FLOAT32 || tensor.shape().elements() == 0) {
            return;
        }
        int rank = tensor.shape().rank();
        int row = rank == 0 ? 1 : Math.toIntExact(tensor.shape().size(rank - 1));
        var sums = squares.computeIfAbsent(name, _ -> new double[row]);
        if (withGrams && row <= Gram.MOST && sums.length == row) {
            var gram = grams.computeIfAbsent(name, _ -> new Gram(row));
            var numbers = new float[row];
            for (long first = 0; first < tensor.shape().elements(); first += row) {
                MemorySegment.copy(tensor.segment(), ValueLayout.JAVA_FLOAT, first * Float.BYTES, numbers, 0, row);
                gram.add(numbers);
            }
        }
        for (long i = 0; i < tensor.shape().elements(); i++) {
            float value = tensor.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i);
            histogram.add(value);
            if (sums.length == row) {
                sums[(int) (i % row)] += (double) value * value;
            }
        }
    }

    /** What a value was like; empty if it was never there. */
    public Optional<Histogram> histogram(String name) {
        return Optional.ofNullable(histograms.get(name)).filter(histogram -> histogram.count() > 0);
    }

    /** How the channels of a value went together; empty if that was not asked for or it has too many. */
    public Optional<Gram> gram(String name) {
        return Optional.ofNullable(grams.get(name));
    }

    /**
     * How much each index of the last axis of a value matters: the sum of its squares, scaled so that the mean is 1;
     * empty if the value was never there.
     */
    public Optional<float[]> importance(String name) {
        return Optional.ofNullable(squares.get(name)).map(sums -> {
            double total = 0;
            for (double sum : sums) {
                total += sum;
            }
            var importance = new float[sums.length];
            for (int i = 0; i < sums.length; i++) {
                importance[i] = total > 0 ? (float) (sums[i] * sums.length / total) : 1;
            }
            return importance;
        });
    }
}
