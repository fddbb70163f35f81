package dev.gpux.server.http;

/** Something that a connection waits for while other threads work on it. Thread-safe. */
public interface Pending {
    /** Whether it is over; the connection then goes on. It wakes the connection's thread up when that becomes true. */
    boolean isDone();

    /** The client has gone: nobody wants the answer any more. */
    void abandon();

    /** The request's time is up. */
    void expire();

    /** When the request's time is up, by {@link System#nanoTime()}; {@link Long#MAX_VALUE} if never. */
    long deadline();
}
