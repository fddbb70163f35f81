package dev.gpux.server.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one model; outlives its reloads. Thread-safe. */
public final class ModelMetrics {
    private final Map<Outcome, LongAdder> requests = new EnumMap<>(Outcome.class);
    private final Histogram total = Histogram.ofNanos();
    private final Histogram queue = Histogram.ofNanos();
    private final Histogram preprocess = Histogram.ofNanos();
    private final Histogram run = Histogram.ofNanos();
    private final Histogram postprocess = Histogram.ofNanos();
    private final Histogram batch = Histogram.ofSizes();
    private final LongAdder terminated = new LongAdder();
    private final LongAdder copied = new LongAdder();

    /** Nothing counted yet. */
    public ModelMetrics() {
        for (var outcome : Outcome.values()) {
            requests.put(outcome, new LongAdder());
        }
    }

    /** A request is over. */
    public void request(int status, long nanos) {
        requests.get(Outcome.of(status)).increment();
        total.record(nanos);
    }

    /** How many requests ended so. */
    public long requests(Outcome outcome) {
        return requests.get(outcome).sum();
    }

    /** A run is over. */
    public void run(int batchSize, long preprocessNanos, long runNanos, long postprocessNanos) {
        batch.record(batchSize);
        preprocess.record(preprocessNanos);
        run.record(runNanos);
        postprocess.record(postprocessNanos);
    }

    /** A request has waited so long for a worker. */
    public void waited(long nanos) {
        queue.record(nanos);
    }

    /** A run was ended because nobody wanted its answer any more. */
    public void terminated() {
        terminated.increment();
    }

    /** How many runs were ended so. */
    public long terminatedRuns() {
        return terminated.sum();
    }

    /** So many bytes of tensors were copied to make a batch, or to take it apart. */
    public void copied(long bytes) {
        copied.add(bytes);
    }

    /** How many bytes of tensors were copied. */
    public long copiedBytes() {
        return copied.sum();
    }

    /** From the first byte of a request to the last of its answer. */
    public Histogram total() {
        return total;
    }

    /** Waiting for a worker. */
    public Histogram queue() {
        return queue;
    }

    /** The steps before the model; of raw tensors, making a batch of them. */
    public Histogram preprocess() {
        return preprocess;
    }

    /** The model. */
    public Histogram run() {
        return run;
    }

    /** The steps behind the model, and writing the answers. */
    public Histogram postprocess() {
        return postprocess;
    }

    /** How many requests met in a run. */
    public Histogram batch() {
        return batch;
    }
}
