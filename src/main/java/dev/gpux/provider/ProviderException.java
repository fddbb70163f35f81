package dev.gpux.provider;

import java.io.Serial;

/** An execution provider cannot be had, or was asked for something it does not have. The message is for people. */
public final class ProviderException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What kind of problem it is. */
    public enum Kind {
        /** No provider has this name. */
        UNKNOWN,
        /** An option that the provider does not have, or a value that it cannot have. */
        BAD_OPTION,
        /** The library was built without it. */
        NOT_COMPILED,
        /** The provider's own library, or one that it needs, cannot be loaded. */
        NOT_LOADED,
        /** It is there, but refuses: no device, a driver that is too old, options that do not go together. */
        REFUSED,
        /** The model would not run, or would not run entirely, on what was required. */
        REQUIRED
    }

    private final Kind kind;
    private final String provider;
    private final String reason;

    /** A problem with the provider called {@code provider}. */
    public ProviderException(Kind kind, String provider, String message) {
        this(kind, provider, message, null);
    }

    /** A problem with the provider called {@code provider}, and what caused it. */
    public ProviderException(Kind kind, String provider, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.provider = provider;
        this.reason = message;
    }

    /**
     * {@code provider} cannot be used because of {@code reason}; {@code advice} is for whoever wanted just this one.
     */
    ProviderException(Kind kind, ProviderInfo provider, String reason, String advice, Throwable cause) {
        super(provider.label() + " cannot be used: " + reason + advice, cause);
        this.kind = kind;
        this.provider = provider.name();
        this.reason = reason;
    }

    /** What kind of problem it is. */
    public Kind kind() {
        return kind;
    }

    /** The reason alone, for a list that has the provider's name already. */
    public String reason() {
        return reason;
    }

    /** The name of the provider that it is about. */
    public String provider() {
        return provider;
    }
}
