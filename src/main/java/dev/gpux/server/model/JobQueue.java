package dev.gpux.server.model;

import dev.gpux.server.http.HttpException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Jobs that wait for a worker, first come, first served; puts batches together. Thread-safe. */
final class JobQueue {
    private final int most;
    private final BatchPolicy policy;
    private final int sharers;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    /** For workers that have nothing to do. */
    private final Condition arrived = lock.newCondition();
    /** For the worker that collects a batch. */
    private final Condition more = lock.newCondition();
    /** One worker at a time collects a batch: two would each get half of what comes. */
    private boolean collecting;
    /** Rows of the jobs that wait, and of those that were taken and have not ended. */
    private int outstanding;
    private boolean closed;

    /**
     * @param most how many jobs may wait
     * @param sharers how many workers get faster together than one of them is with all jobs: those that have a processor
     *     each, or 1
     */
    JobQueue(int most, BatchPolicy policy, int sharers) {
        this.most = most;
        this.policy = policy;
        this.sharers = sharers;
    }

    /**
     * Puts a job at the end.
     *
     * @throws HttpException 503 if there is no room
     */
    void add(Job job) {
        lock.lock();
        try {
            if (closed) {
                throw new HttpException(503, "the model is being unloaded");
            }
            if (waiting.size() >= most) {
                throw new HttpException(503, most + " requests wait for the model already; try again later");
            }
            waiting.addLast(job);
            outstanding += job.rows();
            (collecting ? more : arrived).signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a job out that is over. */
    void remove(Job job) {
        lock.lock();
        try {
            if (waiting.remove(job)) {
                leave(job.rows());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The jobs of a batch, which had so many rows when they were taken, have ended. */
    void ended(int rows) {
        lock.lock();
        try {
            leave(rows);
        } finally {
            lock.unlock();
        }
    }

    /** The rows of some jobs together. */
    static int rows(List<Job> jobs) {
        int rows = 0;
        for (var job : jobs) {
            rows += job.rows();
        }
        return rows;
    }

    private void leave(int rows) {
        outstanding -= rows;
        // What is collected may be enough now.
        more.signal();
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Lets no further job in; workers get what waits still, and then nothing. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The jobs to run next, as a list that the caller may change; empty if there will be none. */
    List<Job> take() {
        var jobs = new ArrayList<Job>();
        lock.lock();
        try {
            while (waiting.isEmpty() || collecting) {
                if (closed && waiting.isEmpty()) {
                    return jobs;
                }
                arrived.awaitUninterruptibly();
            }
            var first = waiting.pollFirst();
            jobs.add(first);
            if (policy.isOn() && first.batchKey().isPresent() && first.rows() < policy.maxRows()) {
                collect(jobs);
            }
            if (!waiting.isEmpty() || closed) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
        return jobs;
    }

    /** Adds what goes into one batch with the first of {@code jobs}, waiting for more as long as the policy says. */
    private void collect(List<Job> jobs) {
        var first = jobs.getFirst();
        var key = first.batchKey().orElseThrow();
        long until = first.queuedAt() + policy.delayNanos();
        int rows = first.rows();
        collecting = true;
        try {
            while (true) {
                int enough = enough();
                rows = takeMatching(key, jobs, rows, enough);
                long left = until - System.nanoTime();
                if (rows >= enough || policy.preferred().contains(rows) || left <= 0 || closed) {
                    return;
                }
                more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts workers; whoever does gets the batch as it is.
            Thread.currentThread().interrupt();
        } finally {
            collecting = false;
        }
    }

    /** The rows that a batch waits for, and takes no more than: a fair share of all, where workers share. */
    private int enough() {
        return sharers == 1 ? policy.maxRows() : policy.enough((outstanding + sharers - 1) / sharers);
    }

    private int takeMatching(Object key, List<Job> jobs, int already, int enough) {
        int rows = already;
        for (var jobsLeft = waiting.iterator(); jobsLeft.hasNext() && rows < enough;) {
            var job = jobsLeft.next();
            if (rows + job.rows() <= policy.maxRows() && job.batchKey().filter(key::equals).isPresent()) {
                jobsLeft.remove();
                jobs.add(job);
                rows += job.rows();
            }
        }
        return rows;
    }
}
