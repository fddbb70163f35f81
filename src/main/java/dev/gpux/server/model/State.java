package dev.gpux.server.model;

/** What has become of a model that a server shall serve. */
public enum State {
    /** It is being opened and warmed up. */
    LOADING,
    /** It answers. */
    READY,
    /** It could not be opened, or its warm-up failed. */
    FAILED,
    /** Somebody has unloaded it. */
    UNAVAILABLE
}
