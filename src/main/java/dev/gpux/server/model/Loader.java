package dev.gpux.server.model;

import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.server.metrics.ModelMetrics;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/** Opens models and warms them up, so that the first request pays for nothing. */
final class Loader {
    private static final int DEFAULT_QUEUE = 1024;
    private static final int WARM_RUNS = 3;

    private final LoadSettings settings;

    Loader(LoadSettings settings) {
        this.settings = settings;
    }

    /**
     * Opens and warms up.
     *
     * @param loadedBytes how many bytes the files of the models have that are loaded
     * @throws ModelException also if the model does not give what its golden tests expect
     */
    ServedModel load(Gpuxfile gpuxfile, ModelMetrics metrics, long loadedBytes) {
        long bytes = fileBytes(gpuxfile);
        if (bytes > settings.modelBytes() - loadedBytes) {
            throw new ModelException(gpuxfile.name() + ": the model's file has " + bytes + " bytes, those that are loaded "
                + "have " + loadedBytes + ", and together they may have " + settings.modelBytes() + " (--model-memory)");
        }
        var engine = Model.open(gpuxfile, settings.options());
        try {
            warm(engine);
            var serve = gpuxfile.serve();
            return new ServedModel(engine, workers(engine), serve.queue().orElse(DEFAULT_QUEUE), settings.pool(),
                metrics, bytes);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    private static long fileBytes(Gpuxfile gpuxfile) {
        try {
            return Files.size(ModelFile.locate(gpuxfile));
        } catch (IOException e) {
            throw new ModelException(gpuxfile.name() + ": cannot read the model's file: " + e.getMessage(), e);
        }
    }

    /** As many as the provider can use: one for each processor, or one where runs cannot overlap. */
    private int workers(Model engine) {
        var chain = engine.report().selection().chain();
        if (!chain.stream().allMatch(provider -> provider.concurrentRuns())) {
            return 1;
        }
        var wanted = settings.workers().isPresent() ? settings.workers() : engine.gpuxfile().serve().workers();
        return wanted.orElse(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** The golden tests are the best warm-up, and say whether the model still is what it was. */
    private static void warm(Model engine) {
        if (engine.gpuxfile().tests().isEmpty()) {
            runOnZeros(engine);
            return;
        }
        for (int i = 0; i < WARM_RUNS; i++) {
            for (var result : GoldenTests.run(engine)) {
                if (!result.passed()) {
                    throw new ModelException(engine.gpuxfile().name() + ": the golden test '" + result.name()
                        + "' fails: " + String.join("; ", result.differences()));
                }
            }
        }
    }

    /** Without tests nobody knows good inputs; zeros do for most models, and the others are warmed by requests. */
    private static void runOnZeros(Model engine) {
        try (var arena = Arena.ofConfined()) {
            var inputs = new HashMap<String, Value>();
            for (var input : engine.session().inputs()) {
                if (!(input.type() instanceof TensorType type) || type.elementType() == ElementType.STRING) {
                    return;
                }
                inputs.put(input.name(), zeros(arena, type));
            }
            for (int i = 0; i < WARM_RUNS; i++) {
                engine.session().run(Map.copyOf(inputs)).close();
            }
        } catch (OrtException | TensorException | PipelineException e) {
            // Zeros are not for this model.
        }
    }

    private static Tensor zeros(Arena arena, TensorType type) {
        var sizes = new long[type.dimensions().size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = type.dimensions().get(i).isFixed() ? type.dimensions().get(i).size() : 1;
        }
        return Tensor.allocate(arena, type.elementType(), sizes);
    }
}
