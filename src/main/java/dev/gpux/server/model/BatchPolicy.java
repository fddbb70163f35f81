package dev.gpux.server.model;

import dev.gpux.gpuxfile.ServeSpec;
import java.util.List;
import java.util.TreeSet;

/**
 * How batches are put together.
 *
 * @param maxRows the most rows of a batch; 1 for no batching
 * @param delayNanos how long the first job of a batch waits for others
 * @param preferred numbers of rows that are run without waiting further
 * @param buckets lengths that tensors are padded to, ascending; none for no padding
 */
record BatchPolicy(int maxRows, long delayNanos, List<Integer> preferred, List<Integer> buckets) {
    private static final long DEFAULT_DELAY_NANOS = 2_000_000;

    /** Every job alone. */
    static final BatchPolicy NONE = new BatchPolicy(1, 0, List.of(), List.of());

    static BatchPolicy of(ServeSpec serve) {
        return serve.batching().map(batching -> new BatchPolicy(batching.maxSize(),
            batching.maxDelay().map(delay -> delay.toNanos()).orElse(DEFAULT_DELAY_NANOS), batching.preferred(),
            batching.buckets().stream().sorted().toList())).orElse(NONE);
    }

    boolean isOn() {
        return maxRows > 1;
    }

    /**
     * The numbers of rows that batches are filled up to with rows of zeros, ascending, where each number costs
     * something the first time: the preferred ones and the most, or powers of two and the most.
     */
    List<Integer> sizes() {
        var sizes = new TreeSet<>(preferred);
        for (int size = 1; preferred.isEmpty() && size < maxRows; size *= 2) {
            sizes.add(size);
        }
        sizes.add(1);
        sizes.add(maxRows);
        return List.copyOf(sizes);
    }

    /** A number of rows that is worth running where {@code rows} are wanted: the next preferred one, if there are some. */
    int enough(int rows) {
        int enough = preferred.isEmpty() ? Math.min(rows, maxRows) : maxRows;
        for (int size : preferred) {
            if (size >= rows && size < enough) {
                enough = size;
            }
        }
        return enough;
    }

    /** The smallest bucket that holds {@code length}; the length itself if none does. */
    long padded(long length) {
        for (int bucket : buckets) {
            if (bucket >= length) {
                return bucket;
            }
        }
        return length;
    }
}
