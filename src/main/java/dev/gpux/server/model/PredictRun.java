package dev.gpux.server.model;

import dev.gpux.engine.BatchResult;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of a model with its pipeline on the inputs of one request or several. */
final class PredictRun {
    private PredictRun() { }

    static void run(Worker worker, List<Job> jobs) {
        var model = worker.model();
        try (var arena = Arena.ofConfined()) {
            var items = new ArrayList<Map<String, Input>>(jobs.size());
            for (var job : jobs) {
                items.add(((PredictJob) job).inputs(arena));
            }
            var result = worker.runner().run(arena, items, worker.options());
            long start = System.nanoTime();
            for (int i = 0; i < jobs.size(); i++) {
                answer(worker, jobs.get(i), result, i);
            }
            var timing = result.timing();
            model.metrics().run(jobs.size(), timing.preprocess(), timing.run(),
                timing.postprocess() + System.nanoTime() - start);
        }
    }

    private static void answer(Worker worker, Job job, BatchResult result, int item) {
        try {
            if (job.isWanted()) {
                var out = worker.output();
                OutcomeWriter.write(out, worker.model(), result.outcomes().get(item), result.timing(),
                    System.nanoTime() - job.queuedAt());
                job.exchange().answer("application/json", List.of(), out.content());
            }
            job.finish();
        } catch (IOException | RuntimeException e) {
            job.fail(e);
        }
    }
}
