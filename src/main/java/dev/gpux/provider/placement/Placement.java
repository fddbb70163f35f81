package dev.gpux.provider.placement;

import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.Providers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Where the nodes of a model run.
 *
 * @param source how that is known
 * @param nodes provider → how many nodes, in the order of the chain, by ORT's names; copies are not among them; empty
 *     if unknown
 * @param onCpu what runs on the CPU although other providers were asked first; the most frequent first
 * @param someOnCpu whether ORT says that some node runs on the CPU; known even where it is not known which
 * @param copies copies between the memories of providers that ORT put into the graph; empty if unknown
 */
public record Placement(Source source, SequencedMap<String, Integer> nodes, List<Fallback> onCpu, boolean someOnCpu,
                        OptionalInt copies) {

    /** How it is known. */
    public enum Source {
        /** There is only the CPU. */
        CPU_ONLY,
        /** ORT logged the finished graph node by node. */
        LOG,
        /** ORT recorded what each provider took, {@link dev.gpux.ort.Session#assignment()}. */
        ASSIGNMENT,
        /** It is not. */
        UNKNOWN
    }

    /** Everything on the CPU, since there is nothing else; the nodes were not counted. */
    public static final Placement CPU_ONLY = new Placement(Source.CPU_ONLY, new LinkedHashMap<>(), List.of(), false,
        OptionalInt.of(0));

    /** Keeps immutable copies. */
    public Placement {
        nodes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(nodes));
        onCpu = List.copyOf(onCpu);
    }

    static Placement unknown(boolean someOnCpu) {
        return new Placement(Source.UNKNOWN, new LinkedHashMap<>(), List.of(), someOnCpu, OptionalInt.empty());
    }

    /** Whether it is known which provider got how many nodes. */
    public boolean isCounted() {
        return !nodes.isEmpty();
    }

    /** How many nodes the provider named {@code ortName} got. */
    public int nodesOn(String ortName) {
        return nodes.getOrDefault(ortName, 0);
    }

    /** All nodes that were counted. */
    public int total() {
        return nodes.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The nodes by the names that people know. */
    public Map<String, Integer> nodesByName() {
        var named = new LinkedHashMap<String, Integer>();
        nodes.forEach((ortName, count) ->
            named.put(Providers.byOrtName(ortName).map(ProviderInfo::name).orElse(ortName), count));
        return Collections.unmodifiableMap(named);
    }
}
