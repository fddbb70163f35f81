package dev.gpux.provider.placement;

import dev.gpux.ort.LogMessage;
import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.Providers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What ORT logs of a graph when a session opens: at {@code VERBOSE} the finished graph, provider by provider and node
 * by node; at {@code INFO} why a provider left a node to the next; at {@code WARNING} that some node is left to the
 * CPU. The texts are those of ORT 1.22 to 1.30.
 */
final class PlacementLog {
    private static final String SOME = "Some nodes were not assigned to the preferred execution providers";
    private static final String PLACED = "placed on [";
    private static final String COUNT = "]. Number of nodes: ";
    private static final String NO_KERNEL = "kernel not found in registries for Op type: ";
    private static final String NODE_NAME = " node name: ";
    private static final String FORCED = "Force fallback to CPU execution for node: ";
    private static final String BECAUSE = " because";

    /** A node of the finished graph. */
    record Node(String operator, String name) { }

    /**
     * The nodes of one provider.
     *
     * @param count how many
     * @param nodes which; ORT does not list them where one provider has them all
     */
    record Placed(int count, List<Node> nodes) { }

    private final SequencedMap<String, Placed> placed = new LinkedHashMap<>();
    private final Map<Node, String> reasons = new HashMap<>();
    private boolean someOnCpu;

    private PlacementLog() { }

    static PlacementLog read(List<LogMessage> messages) {
        var log = new PlacementLog();
        var nodes = Optional.<List<Node>>empty();
        for (var message : messages) {
            var text = message.text();
            int provider = text.indexOf(PLACED);
            int end = text.indexOf(COUNT, Math.max(0, provider));
            if (provider >= 0 && end > provider) {
                nodes = Optional.of(new ArrayList<>());
                log.placed.put(text.substring(provider + PLACED.length(), end),
                    new Placed(number(text, end + COUNT.length()), nodes.get()));
            } else if (nodes.isPresent() && isNode(text)) {
                nodes.get().add(node(text));
            } else {
                nodes = Optional.empty();
                log.reason(text);
            }
        }
        return log;
    }

    /** The digits from {@code start} on; more than nine are not a number of nodes. */
    private static int number(String text, int start) {
        int end = start;
        while (end < text.length() && end < start + 9 && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end == start ? 0 : Integer.parseInt(text, start, end, 10);
    }

    /** {@code "  Conv (conv1)"}. */
    private static boolean isNode(String text) {
        return text.startsWith("  ") && text.endsWith(")") && text.indexOf(" (", 2) > 2;
    }

    private static Node node(String text) {
        int open = text.indexOf(" (", 2);
        return new Node(text.substring(2, open), text.substring(open + 2, text.length() - 1));
    }

    private void reason(String text) {
        int kernel = text.indexOf(NO_KERNEL);
        int name = text.indexOf(NODE_NAME, Math.max(0, kernel));
        if (kernel >= 0 && name > kernel) {
            var who = text.substring(0, kernel).strip();
            reasons.putIfAbsent(new Node(text.substring(kernel + NO_KERNEL.length(), name),
                text.substring(name + NODE_NAME.length()).strip()), label(who) + " has no kernel for it");
        } else if (text.startsWith(SOME)) {
            someOnCpu = true;
        } else if (text.contains(FORCED)) {
            var rest = text.substring(text.indexOf(FORCED) + FORCED.length());
            int because = rest.indexOf(BECAUSE);
            // The message names the node alone.
            reasons.putIfAbsent(new Node("", because < 0 ? rest.strip() : rest.substring(0, because)),
                "ORT keeps it there: the copies would cost more");
        }
    }

    private static String label(String who) {
        return Providers.known().stream().filter(info -> info.isCalled(who)).map(ProviderInfo::label).findFirst()
            .orElse(who);
    }

    /** Provider → its nodes, in the order of the log; empty if ORT did not log them. */
    SequencedMap<String, Placed> placed() {
        return placed;
    }

    /** Why a node was left to the CPU, if ORT says so. */
    Optional<String> reason(Node node) {
        return Optional.ofNullable(reasons.get(node))
            .or(() -> Optional.ofNullable(reasons.get(new Node("", node.name()))));
    }

    /** Whether ORT warned that some node was left to the CPU. */
    boolean someOnCpu() {
        return someOnCpu;
    }
}
