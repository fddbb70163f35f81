package dev.gpux.server.model;

/** What has become of a model that a server shall serve. */
public enum State {
    /** It is being opened and warmed up. */
    LOADING,
    /** It answers. */
    READY,
    /** It could not be opened, its warm-up failed, or it does not run any more. */
    FAILED,
    /** Somebody has unloaded it. */
    UNAVAILABLE
}
