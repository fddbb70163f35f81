package dev.gpux.provider.placement;

import dev.gpux.ort.Environment;
import dev.gpux.ort.LogMessage;
import dev.gpux.ort.NodeAssignment;
import dev.gpux.ort.Session;
import dev.gpux.provider.Cpu;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.OrtPolicy;
import dev.gpux.provider.placement.Placement.Source;
import dev.gpux.provider.placement.PlacementLog.Node;
import dev.gpux.provider.placement.PlacementLog.Placed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** Puts together what ORT says of where a session's nodes run. */
final class PlacementReader {
    /** The first version with {@code Session_GetEpGraphAssignmentInfo}. */
    static final int ASSIGNMENT_SINCE = 24;
    private static final String COPY = "Memcpy";

    private final List<ExecutionProvider> chain;
    private final PlacementLog log;

    private PlacementReader(List<ExecutionProvider> chain, PlacementLog log) {
        this.chain = chain;
        this.log = log;
    }

    /**
     * Reads the placement of a session that was opened with {@code session.record_ep_graph_assignment_info}.
     *
     * @param chain the providers that were appended, not empty
     * @param messages what was logged while it opened
     */
    static Placement read(Session session, List<ExecutionProvider> chain, List<LogMessage> messages) {
        var reader = new PlacementReader(chain, PlacementLog.read(messages));
        var recorded = Environment.get().apiVersion() >= ASSIGNMENT_SINCE
            ? session.assignment() : List.<NodeAssignment>of();
        return reader.read(recorded);
    }

    private Placement read(List<NodeAssignment> recorded) {
        if (!log.placed().isEmpty()) {
            return fromLog(recorded);
        }
        boolean complete = !recorded.isEmpty() && chain.stream().noneMatch(ExecutionProvider::changesLayout);
        return complete ? fromAssignment(recorded) : Placement.unknown(log.someOnCpu());
    }

    /**
     * The finished graph. Of a provider that compiles, it has one node for many: for such a one the record counts,
     * which has the nodes that were compiled.
     */
    private Placement fromLog(List<NodeAssignment> recorded) {
        var compiling = new LinkedHashSet<String>();
        recorded.stream().filter(part -> part.nodes().size() > 1).forEach(part -> compiling.add(part.provider()));
        var nodes = new LinkedHashMap<String, Integer>();
        int copies = 0;
        for (var entry : log.placed().entrySet()) {
            int copied = (int) entry.getValue().nodes().stream().filter(PlacementReader::isCopy).count();
            copies += copied;
            nodes.put(entry.getKey(), compiling.contains(entry.getKey())
                ? count(recorded, entry.getKey()) : entry.getValue().count() - copied);
        }
        var cpu = log.placed().getOrDefault(Cpu.INFO.ortName(), new Placed(0, List.of()));
        // Where the CPU has them all, nobody else took one in an earlier turn, and the record is complete.
        return placement(Source.LOG, nodes, cpu.nodes().size() < cpu.count() ? onCpu(recorded) : cpu.nodes(),
            OptionalInt.of(copies));
    }

    private static List<Node> onCpu(List<NodeAssignment> recorded) {
        return recorded.stream().filter(part -> part.provider().equals(Cpu.INFO.ortName()))
            .flatMap(part -> part.nodes().stream()).map(node -> new Node(node.operator(), node.name())).toList();
    }

    private Placement fromAssignment(List<NodeAssignment> recorded) {
        var nodes = new LinkedHashMap<String, Integer>();
        recorded.forEach(part -> nodes.merge(part.provider(), part.nodes().size(), Integer::sum));
        return placement(Source.ASSIGNMENT, nodes, onCpu(recorded), OptionalInt.empty());
    }

    private Placement placement(Source source, SequencedMap<String, Integer> nodes, List<Node> cpu,
                                OptionalInt copies) {
        var ordered = new LinkedHashMap<String, Integer>();
        for (var provider : chain) {
            ordered.put(provider.info().ortName(), nodes.getOrDefault(provider.info().ortName(), 0));
        }
        nodes.forEach(ordered::putIfAbsent);
        // What a name that is not a provider's (a policy) stood for is in the map under its own name by now.
        ordered.entrySet().removeIf(entry -> entry.getValue() == 0 && entry.getKey().startsWith(OrtPolicy.PREFIX));
        boolean someOnCpu = ordered.getOrDefault(Cpu.INFO.ortName(), 0) > 0;
        return new Placement(source, ordered, fallbacks(cpu), someOnCpu, copies);
    }

    private List<Fallback> fallbacks(List<Node> cpu) {
        var byOperator = new LinkedHashMap<String, List<Node>>();
        cpu.forEach(node -> byOperator.computeIfAbsent(node.operator(), _ -> new ArrayList<>()).add(node));
        return byOperator.entrySet().stream()
            .map(entry -> new Fallback(entry.getKey(), entry.getValue().size(), reasons(entry.getValue())))
            .sorted((a, b) -> Integer.compare(b.nodes(), a.nodes())).toList();
    }

    private String reasons(List<Node> nodes) {
        var reasons = new LinkedHashSet<String>();
        nodes.forEach(node -> log.reason(node).ifPresent(reasons::add));
        return String.join("; ", reasons);
    }

    private static boolean isCopy(Node node) {
        return node.operator().startsWith(COPY);
    }

    private static int count(List<NodeAssignment> recorded, String provider) {
        return recorded.stream().filter(part -> part.provider().equals(provider))
            .mapToInt(part -> part.nodes().size()).sum();
    }
}
