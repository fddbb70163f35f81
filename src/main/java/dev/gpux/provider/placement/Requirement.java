package dev.gpux.provider.placement;

import dev.gpux.provider.Build;
import dev.gpux.provider.Cpu;
import dev.gpux.provider.Hardware;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.ProviderException.Kind;
import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.Providers;
import dev.gpux.provider.selection.Candidate;
import dev.gpux.provider.selection.Selection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code require}: what a model must run on.
 *
 * @param word {@code gpu}, {@code npu}, or a provider's name
 */
record Requirement(String word) {
    private static final String GPU = "gpu";
    private static final String NPU = "npu";

    /** Checks the word. */
    Requirement {
        if (!word.equals(GPU) && !word.equals(NPU)) {
            Providers.named(word);
        }
    }

    boolean isMetBy(ProviderInfo info) {
        return switch (word) {
            case GPU -> info.hardware().mayBeGpu();
            case NPU -> info.hardware() == Hardware.NPU || info.hardware() == Hardware.SEVERAL;
            default -> info.isCalled(word);
        };
    }

    /** @throws ProviderException if nothing in the chain meets it */
    void check(Build build, Selection selection) {
        boolean met = selection.isCpuOnly() ? isMetBy(Cpu.INFO)
            : selection.chain().stream().anyMatch(provider -> isMetBy(provider.info()));
        if (!met) {
            throw new ProviderException(Kind.REQUIRED, word, words() + " is required, and none can be had: "
                + reasons(build, selection.candidates()));
        }
    }

    /** @throws ProviderException if it is known that nothing of the model runs on what meets it */
    void check(ProviderReport report) {
        var placement = report.placement();
        boolean met = !placement.isCounted() || placement.nodes().entrySet().stream().anyMatch(entry ->
            entry.getValue() > 0 && Providers.byOrtName(entry.getKey()).map(this::isMetBy)
                .orElse(word.equals(GPU) || entry.getKey().equals(word)));
        if (!met) {
            throw new ProviderException(Kind.REQUIRED, word, words() + " is required, but no node of this model runs "
                + "there: " + String.join(". ", report.details()));
        }
    }

    private String words() {
        return switch (word) {
            case GPU -> "a GPU";
            case NPU -> "an NPU";
            default -> Providers.named(word).info().label();
        };
    }

    private String reasons(Build build, List<Candidate> candidates) {
        var reasons = candidates.stream().filter(candidate -> isMetBy(candidate.provider()))
            .map(candidate -> "\n  " + candidate.provider().label() + ": " + candidate.reason())
            .collect(Collectors.joining());
        if (!reasons.isEmpty()) {
            return reasons;
        }
        var unasked = Providers.known().stream().filter(info -> isMetBy(info) && build.has(info)).findFirst();
        if (unasked.isPresent() && !candidates.isEmpty()) {
            return unasked.get().label() + " is in this build, but others were asked for: " + candidates.stream()
                .map(candidate -> candidate.provider().name()).collect(Collectors.joining(", ")) + ".";
        }
        var others = Providers.known().stream().filter(this::isMetBy).filter(info -> !build.has(info)).findFirst()
            .map(info -> " " + info.label() + " is in " + info.found() + ".").orElse("");
        return build + " has " + build.describe() + "." + others;
    }
}
