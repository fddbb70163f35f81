package dev.gpux.engine;

import dev.gpux.ort.LogSeverity;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What somebody who opens a model wants other than its GPUXfile says. Immutable.
 *
 * @param intraThreads threads inside one operator
 * @param session ORT session entries, over the GPUXfile's
 * @param log the least grave message that ORT logs of this model
 */
public record OpenOptions(OptionalInt intraThreads, Map<String, String> session, LogSeverity log) {
    /** Keeps an immutable copy. */
    public OpenOptions {
        session = Map.copyOf(session);
    }

    /** As the GPUXfile says. */
    public static OpenOptions standard() {
        return new OpenOptions(OptionalInt.empty(), Map.of(), LogSeverity.WARNING);
    }

    /** With this number of threads inside one operator. */
    public OpenOptions withIntraThreads(int threads) {
        return new OpenOptions(OptionalInt.of(threads), session, log);
    }
}
