package dev.gpux.server.model;

import dev.gpux.engine.Model;
import dev.gpux.ort.AllocatorStatistics;
import dev.gpux.ort.Session;
import dev.gpux.server.http.Exchange;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.metrics.ModelMetrics;
import dev.gpux.server.oip.InferRequest;
import dev.gpux.server.oip.InferWriter;
import dev.gpux.server.oip.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;

/**
 * A model that is loaded, with its queue and its workers. Thread-safe; {@link #close()} lets those end that have begun.
 */
public final class ServedModel implements AutoCloseable {
    /** A virtual thread that runs a model blocks its carrier, which parsing the request did for as long. */
    private static final long SHORT_NANOS = 200_000;

    private final String name;
    private final String version;
    private final Model engine;
    private final MemoryPool pool;
    private final ModelMetrics metrics;
    private final ModelMemory.Share memory;
    private final Arenas arenas;
    private final Health health;
    private final Optional<Lock> turn;
    private final Signature signature;
    private final TensorStacking stacking;
    private final InferWriter writer;
    private final JobQueue queue;
    private final boolean stacksItems;
    private final int most;
    private final List<Thread> workers = new ArrayList<>();
    /** For runs on the threads of connections; made when they are needed. */
    private final ConcurrentLinkedDeque<Worker> spare = new ConcurrentLinkedDeque<>();
    private final Semaphore spareLeft;
    /** Workers that have not recorded yet what they shall. */
    private final CountDownLatch toRecord;
    private final RunLength runLength = new RunLength();
    private int inFlight;
    private boolean retired;

    /**
     * Takes over {@code engine} and starts workers for it.
     *
     * @param workers how many runs go on at once
     * @param queue how many requests may wait
     * @param memory what the model's files take
     * @param health whether it still runs
     * @param turn what a run must hold, where the provider takes one at a time
     */
    ServedModel(Model engine, int workers, int queue, MemoryPool pool, ModelMetrics metrics,
                ModelMemory.Share memory, Health health, Optional<Lock> turn) {
        var gpuxfile = engine.gpuxfile();
        this.name = gpuxfile.name();
        this.version = gpuxfile.version().orElse("1");
        this.engine = engine;
        this.pool = pool;
        this.metrics = metrics;
        this.memory = memory;
        this.health = health;
        this.turn = turn;
        this.most = queue;
        var session = engine.session();
        this.arenas = new Arenas(session, gpuxfile);
        this.signature = Signature.of(session.inputs(), session.outputs());
        boolean allTensors = signature.inputs().size() == session.inputs().size()
            && signature.outputs().size() == session.outputs().size();
        var policy = BatchPolicy.of(gpuxfile.serve());
        this.stacking = new TensorStacking(signature, policy, allTensors, session.recordsGraphs());
        this.stacksItems = policy.isOn() && signature.outputs().values().stream()
            .allMatch(type -> !type.dimensions().isEmpty() && !type.dimensions().getFirst().isFixed())
            && signature.inputs().values().stream()
            .allMatch(type -> !type.dimensions().isEmpty() && !type.dimensions().getFirst().isFixed());
        this.writer = new InferWriter(name, version);
        this.queue = new JobQueue(queue, policy, engine.report().selection().isCpuOnly()
            ? Math.min(workers, Runtime.getRuntime().availableProcessors()) : 1);
        // One carrier of virtual threads stays free, whatever the model does.
        this.spareLeft = new Semaphore(Math.min(workers,
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1)));
        this.toRecord = new CountDownLatch(workers);
        for (int i = 0; i < workers; i++) {
            this.workers.add(Thread.ofPlatform().daemon().name("gpux-worker-" + name + "-" + i)
                .start(new Worker(this)));
        }
        awaitRecordings();
    }

    /** No request shall wait for a recording that can be made before. */
    private void awaitRecordings() {
        boolean interrupted = false;
        while (toRecord.getCount() > 0) {
            try {
                toRecord.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A worker has recorded what it can before the first request. */
    void recorded() {
        toRecord.countDown();
    }

    /** The model's name. */
    public String name() {
        return name;
    }

    /** The model's version; {@code 1} if its GPUXfile has none. */
    public String version() {
        return version;
    }

    /** The model itself. */
    public Model engine() {
        return engine;
    }

    /** What the protocol can say of it. */
    public Signature signature() {
        return signature;
    }

    /** What is counted of it. */
    public ModelMetrics metrics() {
        return metrics;
    }

    /** The size of the model's files in bytes. */
    public long fileBytes() {
        return memory.bytes();
    }

    /** What ORT's arenas of this model hold, by their memory; empty where ORT does not tell, and of a retired model. */
    public Map<String, AllocatorStatistics> arenas() {
        if (!enter()) {
            return Map.of();
        }
        try {
            return arenas.statistics();
        } finally {
            leave();
        }
    }

    /** How many runs go on at once. */
    public int workers() {
        return workers.size();
    }

    /** How many requests wait. */
    public int waiting() {
        return queue.size();
    }

    /** How many requests may wait. */
    public int mostWaiting() {
        return most;
    }

    /** How many requests are under way. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** Why it is not ready, though it is loaded: what it is known to answer fails now. */
    public Optional<String> trouble() {
        return health.trouble();
    }

    Health health() {
        return health;
    }

    Optional<Lock> turn() {
        return turn;
    }

    Session session() {
        return engine.session();
    }

    MemoryPool pool() {
        return pool;
    }

    JobQueue queue() {
        return queue;
    }

    TensorStacking stacking() {
        return stacking;
    }

    InferWriter writer() {
        return writer;
    }

    /** Whether several items can be run together. */
    boolean stacksItems() {
        return stacksItems;
    }

    /** A request begins that will use this model. False if it was retired: there is a newer one then, or none. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        inFlight++;
        return true;
    }

    /** A request that used this model is over. */
    synchronized void leave() {
        inFlight--;
        notifyAll();
    }

    /** Runs the model on a request's tensors and answers; the tensors' memory is free when this returns. */
    public void infer(Exchange exchange, InferRequest request, long deadline) throws IOException {
        submit(new InferJob(exchange, this, deadline, request));
    }

    /** Runs the pipeline on what a request gave and answers. */
    public void predict(Exchange exchange, PredictRequest request, long deadline) throws IOException {
        submit(new PredictJob(exchange, this, deadline, request));
    }

    private void submit(Job job) throws IOException {
        job.exchange().await(job, () -> {
            // Recorded runs belong to a thread.
            boolean mayRunHere = !session().recordsGraphs() && job.batchKey().isEmpty()
                && runLength.usualNanos() <= SHORT_NANOS;
            if (!mayRunHere || !runHere(job)) {
                queue.add(job);
            }
        });
        job.requireAnswered();
    }

    /** Runs a short job on this thread, if not too many are run so already. */
    private boolean runHere(Job job) {
        if (!spareLeft.tryAcquire()) {
            return false;
        }
        var worker = spare.pollFirst();
        try {
            if (worker == null) {
                worker = new Worker(this);
            }
            worker.run(new ArrayList<>(List.of(job)));
            return true;
        } finally {
            if (worker != null) {
                spare.addFirst(worker);
            }
            spareLeft.release();
        }
    }

    /** A run took so long. */
    void took(long nanos) {
        runLength.add(nanos);
    }

    /** Takes no request any more, waits for those under way, and frees the model. A second call does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            if (retired) {
                return;
            }
            retired = true;
            boolean interrupted = false;
            while (inFlight > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        queue.close();
        for (var worker : workers) {
            boolean joined = false;
            while (!joined) {
                try {
                    worker.join();
                    joined = true;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
        spare.forEach(Worker::close);
        health.close();
        arenas.close();
        engine.close();
        memory.close();
    }
}
