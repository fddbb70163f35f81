package dev.gpux.store.remote;

import java.time.Duration;
import java.util.OptionalLong;

/** Hears how a transfer goes; called on the thread that fetches. */
public interface TransferListener {
    /** Hears nothing. */
    TransferListener NONE = new TransferListener() { };

    /**
     * A file is at so many bytes.
     *
     * @param name what is fetched
     * @param bytes how many bytes are here
     * @param total how many there will be, if the server says so
     */
    default void at(String name, long bytes, OptionalLong total) { }

    /** It did not work, and will be tried again after a pause. */
    default void again(String name, String why, Duration pause) { }

    /** A file is here. */
    default void done(String name, long bytes) { }
}
