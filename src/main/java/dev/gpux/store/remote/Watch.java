package dev.gpux.store.remote;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A stream that gives up when nothing arrives for too long; the JDK's client itself would wait for ever. */
final class Watch implements AutoCloseable {
    private final InputStream in;
    private final long patience;
    private final Thread watcher;
    private volatile long last = System.nanoTime();
    private volatile boolean stalled;

    Watch(InputStream in, Duration patience) {
        this.in = in;
        this.patience = patience.toNanos();
        this.watcher = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
        try {
            for (long idle = 0; idle < patience; idle = System.nanoTime() - last) {
                Thread.sleep(Duration.ofNanos(patience - idle).plusMillis(1));
            }
            stalled = true;
            in.close();
        } catch (InterruptedException | IOException e) {
            // Closed in time, or broken anyhow.
        }
    }

    /**
     * As {@link InputStream#read(byte[])}.
     *
     * @throws PassingFailure if the connection is cut or stalls
     */
    int read(byte[] bytes) throws PassingFailure {
        last = System.nanoTime();
        try {
            int read = in.read(bytes);
            if (!stalled) {
                return read;
            }
        } catch (IOException e) {
            if (!stalled) {
                throw new PassingFailure("the connection was cut");
            }
        }
        throw new PassingFailure("nothing arrived for " + Duration.ofNanos(patience).toSeconds() + " seconds");
    }

    @Override
    public void close() {
        watcher.interrupt();
        try {
            in.close();
        } catch (IOException e) {
            // It is not read any more.
        }
    }
}
