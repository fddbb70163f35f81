package dev.gpux.provider.placement;

import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;

/** Where a session comes from; asked again where a provider turns out to be unusable. */
public interface SessionSource {
    /** Sets everything but the providers. */
    void configure(SessionOptions options);

    /**
     * Opens the session.
     *
     * @throws dev.gpux.ort.OrtException if ORT refuses the model, or a provider fails
     */
    Session open(SessionOptions options);
}
