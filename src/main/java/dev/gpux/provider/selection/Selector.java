package dev.gpux.provider.selection;

import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform;
import dev.gpux.provider.Build;
import dev.gpux.provider.Cpu;
import dev.gpux.provider.Cuda;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.GpuNodes;
import dev.gpux.provider.Hardware;
import dev.gpux.provider.MiGraphX;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.Providers;
import dev.gpux.provider.Rocm;
import dev.gpux.provider.TensorRt;
import dev.gpux.provider.WebGpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Chooses among the providers of the loaded library: the best that can really be used, and behind it those that share
 * its device's memory. A library that has nothing but the CPU is not asked anything.
 */
public final class Selector {
    private final Build build;
    private final ProbeCache cache;
    private final UnaryOperator<ExecutionProvider> configure;

    /**
     * @param build the loaded library
     * @param cache what probing gave before
     * @param configure sets the options that somebody wants on a provider with GPUX's own
     */
    public Selector(Build build, ProbeCache cache, UnaryOperator<ExecutionProvider> configure) {
        this.build = build;
        this.cache = cache;
        this.configure = configure;
    }

    /** The best providers of this machine. */
    public Selection automatic() {
        if (build.isCpuOnly()) {
            return Selection.CPU;
        }
        var chain = new ArrayList<ExecutionProvider>();
        var candidates = new ArrayList<Candidate>();
        for (var info : Providers.known()) {
            if (!info.equals(Cpu.INFO) && build.has(info) && exists(info)) {
                candidates.add(consider(configure.apply(Providers.standard(info)), chain));
            }
        }
        return new Selection(chain, candidates);
    }

    /** Adds a provider to the chain if it belongs there. */
    private Candidate consider(ExecutionProvider provider, List<ExecutionProvider> chain) {
        var info = provider.info();
        if (!chain.isEmpty() && !isCompanion(info, chain.getFirst().info())) {
            return new Candidate(info, true, false, false, false,
                "not tried: " + chain.getFirst().info().label() + " comes first");
        }
        if (info.hardware() == Hardware.CPU) {
            // Other kernels for the CPU: whether they are faster depends on the model, so a person has to ask.
            return new Candidate(info, true, false, false, false, "not tried: it is used only if it is named, -p "
                + info.name());
        }
        var answer = probe(provider);
        if (!answer.usable()) {
            return answer;
        }
        if (info.equals(WebGpu.INFO) && GpuNodes.onlySoftware()) {
            return answer.passedOver("it would run on a GPU that the CPU imitates, since this machine has none; name "
                + "it to use it all the same: -p " + info.name());
        }
        chain.add(provider);
        return answer.asChosen();
    }

    /** Whether a provider stays in the chain behind {@code best}: it takes what that one leaves, on the same device. */
    private static boolean isCompanion(ProviderInfo info, ProviderInfo best) {
        return best.equals(TensorRt.INFO) && info.equals(Cuda.INFO)
            || best.equals(MiGraphX.INFO) && info.equals(Rocm.INFO);
    }

    private static boolean exists(ProviderInfo info) {
        return info.systems().contains(Platform.current().os());
    }

    private Candidate probe(ExecutionProvider provider) {
        return cache.get(provider, build, () -> Probe.of(provider));
    }

    /**
     * The providers that somebody named, in that order. Those that cannot be appended are left out as long as there is
     * another; the CPU among them says that it will do, too.
     *
     * @throws ProviderException if none of them can be had: the reason of the first
     */
    public Selection preferring(List<ExecutionProvider> wanted) {
        var chain = new ArrayList<ExecutionProvider>();
        var candidates = new ArrayList<Candidate>();
        var failures = new ArrayList<ProviderException>();
        boolean cpuWillDo = false;
        for (var each : wanted) {
            if (each instanceof Cpu) {
                // Whatever stands behind the CPU would never be asked.
                cpuWillDo = true;
                break;
            }
            var provider = configure.apply(each).in(build);
            try {
                tryToAppend(provider);
                chain.add(provider);
                candidates.add(new Candidate(provider.info(), true, true, true, true, ""));
            } catch (ProviderException e) {
                if (e.kind() == ProviderException.Kind.BAD_OPTION) {
                    throw e;
                }
                failures.add(e);
                candidates.add(new Candidate(provider.info(), build.has(provider.info()), false, false, false,
                    e.reason()));
            }
        }
        if (chain.isEmpty() && !cpuWillDo) {
            throw failures.getFirst();
        }
        return new Selection(chain, candidates);
    }

    private static void tryToAppend(ExecutionProvider provider) {
        try (var options = new SessionOptions()) {
            provider.append(options);
        }
    }

    /** All providers that exist for this system, each probed if it is in the library: what {@code providers} shows. */
    public List<Candidate> survey() {
        var chosen = automatic();
        var all = new ArrayList<Candidate>();
        for (var info : Providers.known()) {
            if (exists(info)) {
                all.add(survey(info, chosen));
            }
        }
        return List.copyOf(all);
    }

    private Candidate survey(ProviderInfo info, Selection chosen) {
        if (info.equals(Cpu.INFO)) {
            var cpu = Candidate.usable(info);
            return chosen.isCpuOnly() ? cpu.asChosen() : cpu;
        }
        if (!build.has(info)) {
            return Candidate.notCompiled(info, build);
        }
        var known = chosen.candidates().stream().filter(candidate -> candidate.provider().equals(info)).findFirst();
        if (known.isPresent() && known.get().appended()) {
            return known.get();
        }
        var answer = probe(configure.apply(Providers.standard(info)));
        return answer.usable() ? answer.passedOver(known.map(Candidate::reason).orElse("")) : answer;
    }

    /**
     * Finds the provider that keeps a session from opening, if it is a provider and not the model.
     *
     * @return the candidate that cannot be used after all
     */
    public Optional<Candidate> culprit(Selection selection) {
        for (var provider : selection.chain()) {
            cache.forget(provider, build);
            var answer = probe(provider);
            if (!answer.usable()) {
                return Optional.of(answer);
            }
        }
        return Optional.empty();
    }
}
