package dev.gpux.server.model;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.http.Pending;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One request on its way through a model. The connection makes it and waits for it; a worker does it. */
public abstract sealed class Job implements Pending permits InferJob, PredictJob {
    private enum State { QUEUED, RUNNING, DONE }

    /** Why nobody wants the answer any more. */
    private enum Cause { EXPIRED, GONE }

    private final Exchange exchange;
    private final ServedModel model;
    private final long deadline;
    private final long queuedAt = System.nanoTime();
    private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
    private final AtomicReference<Optional<Cause>> cause = new AtomicReference<>(Optional.empty());
    private volatile Optional<Throwable> failure = Optional.empty();
    private volatile Batch batch;

    Job(Exchange exchange, ServedModel model, long deadline) {
        this.exchange = exchange;
        this.model = model;
        this.deadline = deadline;
    }

    /** What the job may share a batch with: jobs with an equal key. Empty if it runs alone. */
    abstract Optional<Object> batchKey();

    /** How many rows of a batch it takes. */
    abstract int rows();

    /** Runs {@code jobs}, which are of this job's kind and have its key, together, and answers them. */
    abstract void run(Worker worker, Batch together) throws Exception;

    Exchange exchange() {
        return exchange;
    }

    ServedModel model() {
        return model;
    }

    long queuedAt() {
        return queuedAt;
    }

    @Override
    public long deadline() {
        return deadline;
    }

    @Override
    public boolean isDone() {
        return state.get() == State.DONE;
    }

    /** Whether anybody wants the answer. */
    boolean isWanted() {
        return cause.get().isEmpty();
    }

    /** A worker takes the job out of the queue. False if the job was over before. */
    boolean start(Batch with) {
        batch = with;
        return state.compareAndSet(State.QUEUED, State.RUNNING);
    }

    /** The job, which is running, goes on in another batch. */
    void moveTo(Batch other) {
        batch = other;
        if (!isWanted()) {
            // Whoever stopped it may have told the batch before.
            other.drop();
        }
    }

    /** The worker is done with the job and its memory. */
    void finish() {
        if (state.getAndSet(State.DONE) != State.DONE) {
            exchange.wake();
        }
    }

    void fail(Throwable e) {
        failure = Optional.of(e);
        finish();
    }

    @Override
    public void abandon() {
        stop(Cause.GONE);
    }

    @Override
    public void expire() {
        stop(Cause.EXPIRED);
    }

    private void stop(Cause why) {
        if (!cause.compareAndSet(Optional.empty(), Optional.of(why))) {
            return;
        }
        if (state.compareAndSet(State.QUEUED, State.DONE)) {
            model.queue().remove(this);
            exchange.wake();
        } else if (state.get() == State.RUNNING) {
            batch.drop();
        }
    }

    /**
     * For the connection, once the job is done: nothing if it was answered.
     *
     * @throws ClientGoneException if the client has gone
     * @throws HttpException for an answer that is an error
     */
    void requireAnswered() throws ClientGoneException {
        if (cause.get().isPresent() && exchange.status() == 0) {
            if (cause.get().get() == Cause.GONE) {
                throw new ClientGoneException();
            }
            throw new HttpException(504, "the request was not answered within its time");
        }
        if (failure.isPresent()) {
            throw Failures.of(failure.get());
        }
    }
}
