package dev.gpux.provider.placement;

import dev.gpux.ort.Environment;
import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.Build;
import dev.gpux.provider.Cpu;
import dev.gpux.provider.LogCapture;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.ProviderException.Kind;
import dev.gpux.provider.selection.Demand;
import dev.gpux.provider.selection.Selection;
import dev.gpux.provider.selection.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Opens sessions on the providers that somebody wants, and reports where they really run.
 *
 * <p>A provider that passed its probe and fails on the model's session all the same is probed again: if it is its
 * fault, the next one is taken; else it is the model's, and ORT's exception stands.
 */
public final class ProviderOpener {
    private static final String RECORD = "session.record_ep_graph_assignment_info";
    private static final String NO_FALLBACK = "session.disable_cpu_ep_fallback";

    private final Build build;
    private final Selector selector;

    /** Opens on the loaded library. */
    public ProviderOpener(Build build, Selector selector) {
        this.build = build;
        this.selector = selector;
    }

    /**
     * A session and where it runs.
     *
     * @param session to be closed by whoever opened it
     * @param report where its nodes are, and why not elsewhere
     */
    public record Opened(Session session, ProviderReport report) { }

    /** Opens a session of a build that has nothing but the CPU, for somebody who wants nothing else: at no cost. */
    public static Opened openOnCpu(Build build, SessionSource source) {
        try (var options = new SessionOptions()) {
            source.configure(options);
            return new Opened(source.open(options), ProviderReport.cpuOnly(build));
        }
    }

    /**
     * Opens a session.
     *
     * @throws ProviderException if the wanted or required providers cannot be had, or a node is left to the CPU and
     *     must not be
     * @throws OrtException if ORT refuses the model
     */
    public Opened open(Demand demand, SessionSource source) {
        var requirement = demand.require().map(Requirement::new);
        var wanted = new ArrayList<>(demand.providers());
        while (true) {
            var selection = wanted.isEmpty() ? selector.automatic() : selector.preferring(wanted);
            requirement.ifPresent(required -> required.check(build, selection));
            if (demand.strict()) {
                requireAnother(demand, selection);
            }
            try {
                var opened = open(demand, selection, source);
                requirement.ifPresent(required -> checkOrClose(opened, required));
                return opened;
            } catch (OrtException e) {
                var culprit = selector.culprit(selection).orElseThrow(() -> e);
                // An automatic selection asks the probes again, which know better now.
                wanted.removeIf(provider -> provider.in(build).info().equals(culprit.provider()));
                if (wanted.isEmpty() && !demand.providers().isEmpty()) {
                    throw new ProviderException(Kind.REFUSED, culprit.provider().name(), culprit.provider().label()
                        + " cannot be used: " + culprit.reason(), e);
                }
            }
        }
    }

    /** Nothing can be left to the CPU where there is nothing else, unless somebody asked for the CPU. */
    private void requireAnother(Demand demand, Selection selection) {
        if (!selection.isCpuOnly() || demand.providers().stream().anyMatch(Cpu.class::isInstance)) {
            return;
        }
        var reasons = selection.candidates().stream()
            .map(candidate -> "\n  " + candidate.provider().label() + ": " + candidate.reason())
            .collect(Collectors.joining());
        throw new ProviderException(Kind.REQUIRED, Cpu.INFO.name(), "nothing may be left to the CPU, and there is "
            + "nothing else: " + (reasons.isEmpty() ? build + " has " + build.describe() + "." : reasons));
    }

    private Opened open(Demand demand, Selection selection, SessionSource source) {
        if (selection.isCpuOnly()) {
            return new Opened(openOnCpu(build, source).session(),
                new ProviderReport(build, selection, Placement.CPU_ONLY, List.of()));
        }
        if (!demand.strict()) {
            return open(selection, source, demand.explain(), false);
        }
        try {
            return open(selection, source, demand.explain(), true);
        } catch (OrtException e) {
            throw fellBack(selection, source, e);
        }
    }

    private Opened open(Selection selection, SessionSource source, boolean explain, boolean strict) {
        try (var options = new SessionOptions();
             var log = LogCapture.from(explain ? LogSeverity.VERBOSE : LogSeverity.WARNING)) {
            source.configure(options);
            selection.appendTo(options);
            if (Environment.get().apiVersion() >= PlacementReader.ASSIGNMENT_SINCE) {
                options.config(RECORD, "1");
            }
            if (strict) {
                options.config(NO_FALLBACK, "1");
            }
            if (explain) {
                options.logSeverity(LogSeverity.VERBOSE);
            }
            var session = source.open(options);
            try {
                var placement = PlacementReader.read(session, selection.chain(), log.messages());
                return new Opened(session, new ProviderReport(build, selection, placement, List.of()));
            } catch (RuntimeException | Error e) {
                session.close();
                throw e;
            }
        }
    }

    /** Says which nodes would have been left to the CPU, if that is why a strict session does not open. */
    private RuntimeException fellBack(Selection selection, SessionSource source, OrtException e) {
        var opened = open(selection, source, true, false);
        opened.session().close();
        var placement = opened.report().placement();
        if (placement.onCpu().isEmpty()) {
            return e;
        }
        var nodes = placement.onCpu().stream().map(fallback -> "\n  " + fallback
            + (fallback.reason().isEmpty() ? "" : ": " + fallback.reason())).collect(Collectors.joining());
        return new ProviderException(Kind.REQUIRED, selection.first().name(), "nothing may be left to the CPU, but "
            + placement.nodesOn(Cpu.INFO.ortName()) + " of " + placement.total() + " nodes would be:" + nodes, e);
    }

    private static void checkOrClose(Opened opened, Requirement requirement) {
        try {
            requirement.check(opened.report());
        } catch (ProviderException e) {
            opened.session().close();
            throw e;
        }
    }
}
