package dev.gpux.provider;

import dev.gpux.ort.SessionOptions;
import java.util.Map;
import java.util.Optional;

/**
 * An execution provider with its options: what runs a model's nodes. Immutable; every method that sets an option gives
 * a changed copy, and an option that the provider cannot have is a {@link ProviderException} there and then.
 *
 * <p>{@link Providers} has them by name.
 */
public sealed interface ExecutionProvider permits Cann, CoreMl, Cpu, Cuda, DirectMl, MiGraphX, Named, OneDnn, OpenVino,
    OrtPolicy, Qnn, Rocm, TensorRt, VitisAi, WebGpu, Xnnpack {

    /** Which provider this is. */
    ProviderInfo info();

    /** The options that are set, by ORT's keys. */
    Map<String, String> options();

    /**
     * Sets any option by ORT's key: also one that this version of GPUX does not know, which only ORT can judge.
     *
     * @throws ProviderException {@link ProviderException.Kind#BAD_OPTION} if a known option cannot have this value
     */
    ExecutionProvider option(String key, String value);

    /** Sets several options, see {@link #option}. */
    default ExecutionProvider withOptions(Map<String, String> entries) {
        var provider = this;
        for (var entry : entries.entrySet()) {
            provider = provider.option(entry.getKey(), entry.getValue());
        }
        return provider;
    }

    /** Limits the device memory that the provider takes for its arena; empty if it has no such limit. */
    default Optional<ExecutionProvider> memoryLimit(long bytes) {
        return Optional.empty();
    }

    /** What stands for this provider in a library that has these providers; itself unless it has a successor there. */
    default ExecutionProvider in(Build build) {
        return this;
    }

    /**
     * Whether it rewrites the graph for another memory layout before ORT records which provider got which node: what
     * ORT recorded is then incomplete, see {@link dev.gpux.ort.Session#assignment()}.
     */
    default boolean changesLayout() {
        return false;
    }

    /** Whether several threads may run a session at once; where not, ORT lets them in one by one. */
    default boolean concurrentRuns() {
        return true;
    }

    /**
     * Appends this provider to those that the session will ask for each node, in the order of appending. The CPU comes
     * last by itself.
     *
     * @throws ProviderException if it cannot be had: not in this build of ONNX Runtime, or a library is missing, or ORT
     *     refuses its options; the message says which and what to do
     */
    void append(SessionOptions options);
}
