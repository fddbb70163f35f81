package dev.gpux.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All times, one a round; the {@code i}th times of all callers were taken one after the other. And bytes, once. */
final class Results {
    private final Map<Series, Map<Caller, List<Double>>> times = new LinkedHashMap<>();
    private final Map<Series, Map<Caller, Double>> bytes = new LinkedHashMap<>();

    void addTime(Series series, Caller caller, double nanoseconds) {
        times.computeIfAbsent(series, _ -> new EnumMap<>(Caller.class))
            .computeIfAbsent(caller, _ -> new ArrayList<>()).add(nanoseconds);
    }

    void setBytes(Series series, Caller caller, double perRun) {
        bytes.computeIfAbsent(series, _ -> new EnumMap<>(Caller.class)).put(caller, perRun);
    }

    Set<Series> series() {
        return times.keySet();
    }

    boolean has(Series series, Caller caller) {
        return times.getOrDefault(series, Map.of()).containsKey(caller);
    }

    /** The times of one run in nanoseconds. */
    double[] times(Series series, Caller caller) {
        return times.get(series).get(caller).stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** What one run puts on the Java heap. */
    double bytes(Series series, Caller caller) {
        return bytes.get(series).get(caller);
    }

    /** The ratio of the two times, each in its least disturbed round. */
    double ratio(Series series, Caller caller, Series toSeries, Caller to) {
        return Numbers.min(times(series, caller)) / Numbers.min(times(toSeries, to));
    }
}
