package dev.gpux.gpuxfile;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code serve:}, how to serve. What the GPUXfile does not say is empty here and decided by the server.
 *
 * @param host     the address to listen on
 * @param port     the TCP port; 0 for any that is free
 * @param workers  how many runs go on at once; empty for {@code auto}
 * @param batching whether requests are put together
 * @param timeout  how long a request may take ({@code timeout_ms})
 * @param maxBody  the longest request body, in bytes
 * @param queue    how many requests may wait before further ones are refused
 */
public record ServeSpec(
    Optional<String> host,
    OptionalInt port,
    OptionalInt workers,
    Optional<Batching> batching,
    Optional<Duration> timeout,
    OptionalLong maxBody,
    OptionalInt queue) {

    /** A GPUXfile without {@code serve:}. */
    public static final ServeSpec NONE = new ServeSpec(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(),
        Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalInt.empty());

    /**
     * {@code serve.batching:}, dynamic batching.
     *
     * @param maxSize   the most requests in a batch
     * @param maxDelay  how long the first request of a batch waits for others ({@code max_delay_ms})
     * @param preferred batch sizes that are run without waiting further, none above {@code maxSize}
     * @param buckets   lengths that inputs of variable length are padded to, so that they can share a batch
     */
    public record Batching(int maxSize, Optional<Duration> maxDelay, List<Integer> preferred, List<Integer> buckets) {
        public Batching {
            preferred = List.copyOf(preferred);
            buckets = List.copyOf(buckets);
        }
    }
}
