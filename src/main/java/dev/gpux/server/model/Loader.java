package dev.gpux.server.model;

import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.server.metrics.ModelMetrics;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Opens models and warms them up, so that the first request pays for nothing. */
final class Loader {
    private static final int DEFAULT_QUEUE = 1024;

    private final LoadSettings settings;
    private final ModelMemory memory;

    Loader(LoadSettings settings) {
        this.settings = settings;
        this.memory = new ModelMemory(settings.modelBytes());
    }

    /**
     * Opens and warms up.
     *
     * @throws ModelException also if the model does not give what its golden tests expect
     */
    ServedModel load(Gpuxfile gpuxfile, ModelMetrics metrics) {
        var share = memory.take(gpuxfile.name(), fileBytes(gpuxfile));
        try {
            return load(gpuxfile, metrics, share);
        } catch (RuntimeException | Error e) {
            share.close();
            throw e;
        }
    }

    private ServedModel load(Gpuxfile gpuxfile, ModelMetrics metrics, ModelMemory.Share share) {
        var engine = Model.open(gpuxfile, settings.options());
        try {
            var test = SelfTest.warmUp(engine);
            boolean concurrent = engine.report().selection().chain().stream()
                .allMatch(provider -> provider.concurrentRuns());
            Optional<Lock> turn = concurrent ? Optional.empty() : Optional.of(new ReentrantLock());
            return new ServedModel(engine, workers(engine, concurrent), gpuxfile.serve().queue().orElse(DEFAULT_QUEUE),
                settings.pool(), metrics, share, new Health(engine, test, turn), turn);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    private static long fileBytes(Gpuxfile gpuxfile) {
        try {
            return ModelFile.bytes(ModelFile.locate(gpuxfile));
        } catch (IOException e) {
            throw new ModelException(gpuxfile.name() + ": cannot read the model's file: " + e.getMessage(), e);
        }
    }

    /** Several where the provider can use them: one for each processor unless somebody says otherwise. */
    private int workers(Model engine, boolean concurrent) {
        var wanted = settings.workers().isPresent() ? settings.workers() : engine.gpuxfile().serve().workers();
        if (!concurrent) {
            return 1;
        }
        // Recorded runs take turns, and each worker has its own: one is on the device, the other reads or answers.
        return wanted.orElse(engine.session().recordsGraphs() ? 2
            : Math.max(2, Runtime.getRuntime().availableProcessors()));
    }
}
