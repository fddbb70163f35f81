package dev.gpux.provider.selection;

import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.Cpu;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.ProviderInfo;
import java.util.List;

/**
 * The providers that a model is offered to, and those that were considered.
 *
 * @param chain in the order of appending; without the CPU, which is always behind them
 * @param candidates all that were considered, the best first
 */
public record Selection(List<ExecutionProvider> chain, List<Candidate> candidates) {
    /** The CPU alone, because there is nothing else in the library: nothing was considered. */
    public static final Selection CPU = new Selection(List.of(), List.of());

    /** Keeps immutable copies. */
    public Selection {
        chain = List.copyOf(chain);
        candidates = List.copyOf(candidates);
    }

    /** Whether the CPU runs everything. */
    public boolean isCpuOnly() {
        return chain.isEmpty();
    }

    /** The first of the chain, or the CPU. */
    public ProviderInfo first() {
        return chain.isEmpty() ? Cpu.INFO : chain.getFirst().info();
    }

    /** Appends the chain. */
    public void appendTo(SessionOptions options) {
        chain.forEach(provider -> provider.append(options));
    }
}
