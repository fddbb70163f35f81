package dev.gpux.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes from and to one client. {@link #read} and {@link #write} block the calling thread, which is the connection's;
 * while the connection waits for a run, and between {@link #beginWait()} and {@link #endWait()} only, other threads may
 * {@link #poll} and {@link #tryWrite}.
 */
interface Transport {
    /** Reads at least a byte, if there is room for one; -1 at the end. */
    int read(ByteBuffer into) throws IOException;

    /** Writes all of it. */
    void write(ByteBuffer[] parts) throws IOException;

    /** From now on {@link #poll} and {@link #tryWrite} work. */
    void beginWait() throws IOException;

    /** From now on {@link #read} and {@link #write} work again. */
    void endWait() throws IOException;

    /** Reads what is there without waiting: 0 if that is nothing, -1 if the client has gone. */
    int poll(ByteBuffer into) throws IOException;

    /** Writes what goes without waiting; maybe nothing. */
    void tryWrite(ByteBuffer[] parts) throws IOException;

    /** Wakes up a read of the connection's thread: it finds the end. For any thread. */
    void shutdownInput();

    /** Tells the client that nothing more comes. */
    void shutdownOutput() throws IOException;

    /** Closes the connection. A second call does nothing. For any thread. */
    void close();
}
