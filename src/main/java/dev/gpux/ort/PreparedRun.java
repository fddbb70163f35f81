package dev.gpux.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A run with everything made beforehand: names, values, binding. {@link #run()} is one downcall; the steady state puts
 * nothing on the Java heap. Write the inputs into {@link #input}'s segments, run, read {@link #output}'s.
 *
 * <pre>{@code
 * try (var prepared = session.prepare().input("x", 1, 10).build()) {
 *     MemorySegment x = prepared.input("x").segment();
 *     MemorySegment y = prepared.output("y").segment();
 *     for (…) {
 *         x.setAtIndex(JAVA_FLOAT, 0, …);
 *         prepared.run();
 *         y.getAtIndex(JAVA_FLOAT, 0);
 *     }
 * }
 * }</pre>
 *
 * <p>Belongs to the thread that built it; make one a thread, as many as you like on one session. Closing the session
 * waits for the run in flight and makes this one unusable, which a later {@link #run()} says with an exception.
 */
public final class PreparedRun implements AutoCloseable {
    private final Session session;
    private final Thread owner = Thread.currentThread();
    /** The tensors' memory; confined like this object. */
    private final Arena arena;
    /**
     * What the session may take away: its handle as this run sees it. Every run passes a segment of this arena, so the
     * session's close(), which closes it, waits for the run; and since each prepared run has one of its own, runs on
     * several threads do not meet on one counter, as they would on the session's arena.
     */
    private final Arena lease = Arena.ofShared();
    private final MemorySegment leased;
    /** Without it, runs that follow one another closely would keep the session's close() waiting for a gap. */
    private volatile boolean revoked;
    private final BoundCall call;
    private final List<String> inputNames;
    private final List<String> outputNames;
    private final Tensor[] inputs;
    private final BoundOutput[] outputs;

    PreparedRun(Session session, Api api, Arena arena, PreparedRunBuilder.Plan plan) {
        this.session = session;
        this.arena = arena;
        this.inputNames = plan.inputNames();
        this.outputNames = plan.outputNames();
        this.inputs = plan.inputs();
        this.outputs = plan.outputs();
        try {
            // The session knows the lease before it is used, and cannot close under the calls that bind.
            this.leased = session.lend(this, this::revoke).reinterpret(lease, null);
            this.call = BoundCall.of(api, arena, lease, leased, plan);
        } catch (RuntimeException | Error e) {
            session.forget(this);
            revoke();
            throw e;
        }
        Leaks.opened(this);
    }

    /**
     * Runs the model on what the inputs' segments hold now.
     *
     * @throws OrtException if the model fails, or an output has another shape than was prepared for
     * @throws IllegalStateException if this run or its session is closed, or the arena of a bound tensor
     * @throws WrongThreadException if another thread built this run
     */
    public void run() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("this prepared run belongs to " + owner + "; build one on each thread");
        }
        if (revoked) {
            throw isClosed();
        }
        session.order().begin();
        try {
            call.run(leased);
        } catch (IllegalStateException e) {
            throw revoked ? isClosed() : e;
        } finally {
            session.order().end();
        }
    }

    private IllegalStateException isClosed() {
        return new IllegalStateException("this prepared run or its session is closed: " + session);
    }

    /**
     * The tensor bound to an input, to be written to.
     *
     * @throws TensorException if there is no such input
     */
    public Tensor input(String name) {
        return inputs[index(inputNames, name, "input")];
    }

    /**
     * The tensor of an output: always the same one if its shape was known beforehand; else the one of the last run,
     * whose segment dies with the next run unless ORT puts the next result in the same place.
     *
     * @throws TensorException if there is no such output, or there was no run yet that could have given it its shape
     */
    public Tensor output(String name) {
        return outputs[index(outputNames, name, "output")].tensor();
    }

    private static int index(List<String> names, String name, String kind) {
        int index = names.indexOf(name);
        if (index < 0) {
            throw new TensorException("no " + kind + " is named '" + name + "'; this run has "
                + String.join(", ", names));
        }
        return index;
    }

    /** The names of the inputs. */
    public List<String> inputNames() {
        return inputNames;
    }

    /** The names of the outputs. */
    public List<String> outputNames() {
        return outputNames;
    }

    /** Called by the session when it closes, on any thread: waits for the run in flight, allows no other. */
    void revoke() {
        revoked = true;
        SharedArenas.close(lease);
    }

    /** Frees what was prepared, on the thread that built it. A second call does nothing. */
    @Override
    public void close() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("this prepared run belongs to " + owner + ", which must close it");
        }
        session.forget(this);
        revoke();
        if (arena.scope().isAlive()) {
            for (var output : outputs) {
                output.close();
            }
            arena.close();
            Leaks.closed(this);
        }
    }
}
