package dev.gpux.cli.bench;

import dev.gpux.cli.common.Interruption;
import dev.gpux.engine.Model;
import dev.gpux.engine.recorded.RepeatedRun;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model alone, on inputs that lie where it reads them, prepared as a server would. */
final class ModelRun implements BenchRun {
    private final Arena arena;
    private final RunOptions options;
    private final Interruption.Registration registration;
    private final RepeatedRun run;

    private ModelRun(Arena arena, RunOptions options, RepeatedRun run) {
        this.arena = arena;
        this.options = options;
        this.run = run;
        this.registration = Interruption.ending(options::terminate);
    }

    /** Prepares the model for a batch; where it takes what is no tensor, nothing can be prepared. */
    static BenchRun open(Model model, List<Map<String, Input>> items) {
        var arena = Arena.ofConfined();
        var options = new RunOptions();
        try {
            var inputs = model.modelInputs(arena, items);
            if (!inputs.values().stream().allMatch(Tensor.class::isInstance)) {
                options.close();
                arena.close();
                return new EndToEndRun(model, items);
            }
            var tensors = new LinkedHashMap<String, Tensor>();
            inputs.forEach((name, value) -> tensors.put(name, (Tensor) value));
            return new ModelRun(arena, options, model.repeat(tensors, options));
        } catch (RuntimeException | Error e) {
            options.close();
            arena.close();
            throw e;
        }
    }

    @Override
    public void once() {
        run.run();
    }

    @Override
    public void close() {
        registration.close();
        run.close();
        options.close();
        arena.close();
    }
}
