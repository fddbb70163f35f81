package dev.gpux.gpuxfile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code runtime:}, where and how to run. What the GPUXfile does not say is empty here and decided by the engine.
 *
 * @param providers execution providers in the order of preference; empty for {@code auto}
 * @param require   {@code gpu} or a provider's name: fail instead of running elsewhere
 * @param options   provider → its options, as ORT's C API takes them
 * @param threads   sizes of ORT's thread pools
 * @param memory    the most device memory the provider may take, in bytes
 * @param session   ORT session configuration entries; a YAML {@code true} is {@code "1"} here, as ORT has it
 * @param customOps libraries with custom operators, as written, see {@link Gpuxfile#resolve(String)}
 * @param library   another ORT build (folder, library file or archive), as written
 */
public record RuntimeSpec(
    List<String> providers,
    Optional<String> require,
    Map<String, Map<String, String>> options,
    Threads threads,
    OptionalLong memory,
    Map<String, String> session,
    List<String> customOps,
    Optional<String> library) {

    /** A GPUXfile without {@code runtime:}. */
    public static final RuntimeSpec NONE = new RuntimeSpec(List.of(), Optional.empty(), Map.of(), Threads.NONE,
        OptionalLong.empty(), Map.of(), List.of(), Optional.empty());

    public RuntimeSpec {
        providers = List.copyOf(providers);
        options = Ordered.copyOf(options);
        session = Ordered.copyOf(session);
        customOps = List.copyOf(customOps);
    }

    /**
     * {@code runtime.threads:}.
     *
     * @param intra threads that share one operator; empty for {@code auto}
     * @param inter threads that run operators side by side
     * @param spin  whether idle threads wait actively
     */
    public record Threads(OptionalInt intra, OptionalInt inter, Optional<Boolean> spin) {
        /** A GPUXfile without {@code threads:}. */
        public static final Threads NONE = new Threads(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    }
}
