package dev.gpux.ort;

import java.util.Map;

/**
 * What an arena holds and held ({@code AllocatorGetStats}); sizes in bytes. A figure that the allocator does not keep
 * is 0; one without an arena keeps none.
 *
 * @param limit the most that it may hold; {@link Long#MAX_VALUE} for no limit
 * @param inUse what is allocated now
 * @param maxInUse the most that was allocated at once
 * @param reserved what it took from the device or the system, in use or not
 * @param allocations how often something was allocated
 * @param extensions how often it grew
 * @param shrinkages how often it gave something back
 * @param largest the largest single allocation
 */
public record AllocatorStatistics(long limit, long inUse, long maxInUse, long reserved, long allocations,
                                  long extensions, long shrinkages, long largest) {
    /** ORT's own words. */
    static AllocatorStatistics of(Map<String, String> pairs) {
        return new AllocatorStatistics(number(pairs, "Limit"), number(pairs, "InUse"), number(pairs, "MaxInUse"),
            number(pairs, "TotalAllocated"), number(pairs, "NumAllocs"), number(pairs, "NumArenaExtensions"),
            number(pairs, "NumArenaShrinkages"), number(pairs, "MaxAllocSize"));
    }

    private static long number(Map<String, String> pairs, String key) {
        try {
            long number = Long.parseLong(pairs.getOrDefault(key, "0"));
            return number < 0 ? Long.MAX_VALUE : number;
        } catch (NumberFormatException e) {
            // All bits, signed or not, stand for no limit.
            return Long.MAX_VALUE;
        }
    }
}
