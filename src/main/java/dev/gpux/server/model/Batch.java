package dev.gpux.server.model;

import java.util.List;

/** Jobs that run together. */
final class Batch {
    private final Worker worker;
    private final List<Job> jobs;
    private int wanted;
    private boolean unwanted;

    Batch(Worker worker, List<Job> jobs) {
        this.worker = worker;
        this.jobs = jobs;
        this.wanted = jobs.size();
    }

    List<Job> jobs() {
        return jobs;
    }

    /** Nobody waits for one of the jobs any more; for none of them, and the run ends. For any thread. */
    void drop() {
        synchronized (worker) {
            if (--wanted == 0) {
                unwanted = true;
                worker.terminate(this);
            }
        }
    }

    /** With the worker's lock held. */
    boolean isUnwanted() {
        return unwanted;
    }
}
