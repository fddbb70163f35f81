package dev.gpux.provider.placement;

import dev.gpux.provider.selection.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report in full sentences. */
final class ReportText {
    private ReportText() { }

    static List<String> lines(ProviderReport report) {
        var lines = new ArrayList<String>();
        lines.add(report.build().toString() + " has " + report.build().describe());
        for (var candidate : report.selection().candidates()) {
            lines.add(candidate.provider().label() + ": " + state(candidate));
        }
        for (var provider : report.selection().chain()) {
            if (!provider.options().isEmpty()) {
                lines.add(provider.info().label() + "'s options: " + provider.options().entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue()).collect(Collectors.joining(" ")));
            }
        }
        var placement = report.placement();
        placement.nodesByName().forEach((name, nodes) ->
            lines.add(name + ": " + nodes + (nodes == 1 ? " node" : " nodes")));
        for (var fallback : placement.onCpu()) {
            lines.add("on the CPU: " + fallback + (fallback.reason().isEmpty() ? " (ORT does not say why)"
                : " (" + fallback.reason() + ")"));
        }
        placement.copies().ifPresent(copies -> {
            if (!report.selection().isCpuOnly()) {
                lines.add("copies between providers: " + copies);
            }
        });
        if (placement.source() == Placement.Source.UNKNOWN) {
            lines.add("which node runs where is unknown; " + (placement.someOnCpu() ? "some run on the CPU"
                : "ORT says nothing of nodes on the CPU"));
        } else if (!report.selection().isCpuOnly()) {
            lines.add("known from ORT's " + placement.source().name().toLowerCase(Locale.ROOT));
        }
        return List.copyOf(lines);
    }

    static String state(Candidate candidate) {
        if (candidate.chosen()) {
            return "chosen";
        }
        var state = !candidate.compiled() ? "not in this build" : candidate.usable() ? "usable"
            : candidate.appended() ? "not usable" : "";
        return candidate.reason().isEmpty() ? state
            : state.isEmpty() ? candidate.reason() : state + ": " + candidate.reason();
    }
}
