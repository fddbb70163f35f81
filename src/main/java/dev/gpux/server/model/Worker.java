package dev.gpux.server.model;

import dev.gpux.engine.ModelRunner;
import dev.gpux.ort.RunOptions;
import dev.gpux.server.memory.NativeOutput;
import dev.gpux.server.metrics.RunEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Runs a model, one batch at a time: on a platform thread of its own, which takes jobs from the model's queue until that
 * ends, or lent to the thread of a connection for a job so short that handing it over would cost more than running it.
 */
final class Worker implements Runnable {
    private final ServedModel model;
    private final RunOptions options = new RunOptions();
    private final NativeOutput output;
    /** Of this worker's thread; made by its first run. */
    private Optional<ModelRunner> runner = Optional.empty();
    /** What is run now; guarded by this object, like all that follows. */
    private Optional<Batch> current = Optional.empty();
    private boolean terminated;

    Worker(ServedModel model) {
        this.model = model;
        this.output = new NativeOutput(model.pool());
    }

    /** By which this worker's run can be ended. */
    RunOptions options() {
        return options;
    }

    /** Where answers are written; empty. */
    NativeOutput output() {
        output.clear();
        return output;
    }

    /** What runs the model on this worker's thread, which is the same for all runs where they are recorded. */
    ModelRunner runner() {
        if (runner.isEmpty()) {
            runner = Optional.of(model.engine().runner());
        }
        return runner.get();
    }

    ServedModel model() {
        return model;
    }

    @Override
    public void run() {
        try {
            try {
                Recordings.make(this);
            } finally {
                model.recorded();
            }
            for (var jobs = model.queue().take(); !jobs.isEmpty(); jobs = model.queue().take()) {
                // Counted now: jobs that are over by then leave the list.
                int rows = JobQueue.rows(jobs);
                run(jobs);
                model.queue().ended(rows);
            }
        } finally {
            close();
        }
    }

    /** Frees what runs need; no run may be under way. */
    void close() {
        runner.ifPresent(ModelRunner::close);
        output.close();
        options.close();
    }

    /** Runs jobs and answers them; the list is this worker's to change. */
    void run(List<Job> taken) {
        var batch = new Batch(this, taken);
        long now = System.nanoTime();
        for (int i = taken.size() - 1; i >= 0; i--) {
            if (taken.get(i).start(batch)) {
                model.metrics().waited(now - taken.get(i).queuedAt());
            } else {
                taken.remove(i);
                batch.drop();
            }
        }
        if (taken.isEmpty()) {
            return;
        }
        var event = new RunEvent();
        event.begin();
        attempt(batch, taken.size() > 1);
        if (event.shouldCommit()) {
            event.model = model.name();
            event.requests = taken.size();
            event.commit();
        }
        model.took(System.nanoTime() - now);
    }

    /** @param again whether jobs that fail together are to be run one by one */
    private void attempt(Batch batch, boolean again) {
        Optional<Throwable> failure = Optional.empty();
        var turn = model.turn();
        turn.ifPresent(Lock::lock);
        begin(batch);
        try {
            batch.jobs().getFirst().run(this, batch);
        } catch (Throwable e) {
            failure = Optional.of(e);
        } finally {
            end();
            turn.ifPresent(Lock::unlock);
        }
        if (failure.isEmpty()) {
            model.health().ran();
            batch.jobs().forEach(Job::finish);
        } else {
            afterFailure(batch, again, failure.get());
        }
    }

    private void afterFailure(Batch batch, boolean again, Throwable failure) {
        for (var job : batch.jobs()) {
            if (job.isDone()) {
                continue;
            }
            if (again && job.isWanted()) {
                var alone = new Batch(this, List.of(job));
                job.moveTo(alone);
                attempt(alone, false);
            } else {
                if (job.isWanted()) {
                    model.health().failed(failure);
                }
                job.fail(failure);
            }
        }
    }

    private synchronized void begin(Batch batch) {
        current = Optional.of(batch);
        if (batch.isUnwanted()) {
            terminate(batch);
        }
    }

    private synchronized void end() {
        current = Optional.empty();
        if (terminated) {
            terminated = false;
            options.reset();
        }
    }

    /** Ends the run of {@code batch}, if that is what runs. */
    synchronized void terminate(Batch batch) {
        if (current.isPresent() && current.get() == batch && !terminated) {
            terminated = true;
            options.terminate();
            model.metrics().terminated();
        }
    }
}
