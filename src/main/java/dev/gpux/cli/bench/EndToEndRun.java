package dev.gpux.cli.bench;

import dev.gpux.engine.Model;
import dev.gpux.engine.ModelRunner;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** The steps before the model, the model, and the steps after it. */
final class EndToEndRun implements BenchRun {
    private final ModelRunner runner;
    private final List<Map<String, Input>> items;

    EndToEndRun(Model model, List<Map<String, Input>> items) {
        this.runner = model.runner();
        this.items = items;
    }

    @Override
    public void once() {
        try (var arena = Arena.ofConfined()) {
            runner.run(arena, items);
        }
    }

    @Override
    public void close() {
        runner.close();
    }
}
