package dev.gpux.ort;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps what allocates device memory and what records a graph apart. While CUDA records (in the mode in which ORT has
 * it do so), no thread of the process may allocate: the one that does fails, and so does the recording.
 */
final class GraphRecording {
    private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();

    private GraphRecording() { }

    /** To be held while a graph is recorded. */
    static Lock exclusive() {
        return LOCK.writeLock();
    }

    /** To be held while device memory is allocated. */
    static Lock allocating() {
        return LOCK.readLock();
    }
}
