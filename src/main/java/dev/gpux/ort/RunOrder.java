package dev.gpux.ort;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which runs of a session may go on at the same time. On the CPU alone: all. On a device, none while a graph is
 * recorded anywhere in the process, since a run may allocate. Where a provider of this session records graphs: one,
 * since all are on one stream, and one would record what another launches.
 */
final class RunOrder implements AutoCloseable {
    private final boolean onDevice;
    /** What keeps a run out of every graph; there is one only where graphs are recorded. */
    private final Optional<RunOptions> unrecorded;
    private final Lock oneAtATime = new ReentrantLock();
    private final AtomicInteger graphs = new AtomicInteger();

    RunOrder(SessionOptions options) {
        this.onDevice = !options.cpuOnly();
        this.unrecorded = options.graphsAreRecorded() ? Optional.of(new RunOptions().unrecorded()) : Optional.empty();
    }

    boolean recordsGraphs() {
        return unrecorded.isPresent();
    }

    /** A number for each recorded graph: it is of one binding, and of the memory that was bound. */
    int nextGraph() {
        return graphs.incrementAndGet();
    }

    /** {@code given}, or what stands for none, made fit for a run that is not recorded. */
    Optional<RunOptions> unrecorded(Optional<RunOptions> given) {
        if (unrecorded.isEmpty()) {
            return given;
        }
        given.ifPresent(RunOptions::unrecorded);
        return given.or(() -> unrecorded);
    }

    /** Before a run that may allocate; {@link #end} follows, whatever becomes of it. */
    void begin() {
        if (onDevice) {
            // In this order: who records holds the first while it waits for the second.
            GraphRecording.allocating().lock();
        }
        if (recordsGraphs()) {
            oneAtATime.lock();
        }
    }

    /** After such a run. */
    void end() {
        if (recordsGraphs()) {
            oneAtATime.unlock();
        }
        if (onDevice) {
            GraphRecording.allocating().unlock();
        }
    }

    /** Before a run that records its graph, by who holds {@link GraphRecording#exclusive()}, or replays it. */
    void beginRecorded() {
        oneAtATime.lock();
    }

    /** After such a run. */
    void endRecorded() {
        oneAtATime.unlock();
    }

    /** When no run is under way. */
    @Override
    public void close() {
        unrecorded.ifPresent(RunOptions::close);
    }
}
