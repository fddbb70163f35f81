package dev.gpux.provider.placement;

import dev.gpux.provider.Build;
import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.Providers;
import dev.gpux.provider.selection.Selection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a model runs, and why not elsewhere.
 *
 * @param build the build of ONNX Runtime
 * @param selection what was chosen, and what was considered
 * @param placement where the model's nodes are
 * @param notes what else whoever asked should know: wishes that have no effect here
 */
public record ProviderReport(Build build, Selection selection, Placement placement, List<String> notes) {
    /** Keeps an immutable copy. */
    public ProviderReport {
        notes = List.copyOf(notes);
    }

    /** With these notes. */
    public ProviderReport withNotes(List<String> more) {
        return new ProviderReport(build, selection, placement, more);
    }

    /** Everything on the CPU of a build that has nothing else. */
    static ProviderReport cpuOnly(Build build) {
        return new ProviderReport(build, Selection.CPU, Placement.CPU_ONLY, List.of());
    }

    /**
     * The provider that the model runs on: the first of the chain that got a node. Where the nodes could not be
     * counted, the first of the chain.
     */
    public ProviderInfo provider() {
        if (selection.isCpuOnly()) {
            return ProviderInfo.CPU;
        }
        for (var provider : selection.chain()) {
            if (!placement.isCounted() || placement.nodesOn(provider.info().ortName()) > 0) {
                return provider.info();
            }
        }
        return placement.nodes().entrySet().stream().filter(entry -> entry.getValue() > 0)
            .flatMap(entry -> Providers.byOrtName(entry.getKey()).stream()).findFirst().orElse(ProviderInfo.CPU);
    }

    /** Whether every node is where somebody wanted it, and none was left to the CPU. */
    public boolean isStrict() {
        return !placement.someOnCpu() && (placement.isCounted() || placement.source() == Placement.Source.CPU_ONLY);
    }

    /** One line: {@code webgpu (14 of 15 nodes, 1 copy; on the CPU: LogSoftmax)}. */
    public String summary() {
        var name = provider().name();
        if (selection.isCpuOnly()) {
            return selection.candidates().isEmpty() ? name : name + whyNotElsewhere();
        }
        if (!placement.isCounted()) {
            return name + (placement.someOnCpu() ? " (some nodes on the CPU)" : " (its nodes were not counted)");
        }
        int total = placement.total();
        var parts = placement.nodes().entrySet().stream()
            .filter(entry -> entry.getValue() > 0 && !entry.getKey().equals(ProviderInfo.CPU.ortName()))
            .map(entry -> count(entry.getKey(), entry.getValue(), total)).collect(Collectors.joining(", "));
        var copies = placement.copies().isEmpty() || placement.copies().getAsInt() == 0 ? ""
            : ", " + placement.copies().getAsInt() + (placement.copies().getAsInt() == 1 ? " copy" : " copies");
        var cpu = placement.onCpu().isEmpty() ? "" : (parts.isEmpty() ? "" : "; ") + "on the CPU: "
            + placement.onCpu().stream().map(Fallback::toString).collect(Collectors.joining(", "));
        return name + " (" + parts + copies + cpu + ")";
    }

    private String count(String ortName, int nodes, int total) {
        var all = total == 1 ? "its only node" : "all " + total + " nodes";
        var share = nodes == total ? all : nodes + " of " + total + " nodes";
        return ortName.equals(provider().ortName()) ? share
            : share + " on " + Providers.byOrtName(ortName).map(ProviderInfo::name).orElse(ortName);
    }

    /** Why the providers in the library do not run the model, in a few words each. */
    private String whyNotElsewhere() {
        var reasons = selection.candidates().stream().filter(candidate -> candidate.compiled() && !candidate.chosen())
            .map(candidate -> "not " + candidate.provider().label() + ": " + shorten(candidate.reason()))
            .collect(Collectors.joining("; "));
        return reasons.isEmpty() ? "" : " (" + reasons + ")";
    }

    /** Up to where the advice begins. */
    private static String shorten(String reason) {
        int end = reason.length();
        for (var stop : List.of(". ", ", which ", "; name it", " beside ")) {
            int at = reason.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at);
        }
        return reason.substring(0, end);
    }

    /** All that is known, a line each. */
    public List<String> details() {
        return ReportText.lines(this);
    }
}
