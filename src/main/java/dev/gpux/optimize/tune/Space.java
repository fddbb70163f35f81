package dev.gpux.optimize.tune;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.provider.Cuda;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * The settings that make sense.
 *
 * @param standard how the model runs if nobody tunes it
 * @param precisions with which numbers
 * @param providers names of execution providers, the best first
 * @param batches inputs in one run
 */
public record Space(Setting standard, List<Precision> precisions, List<String> providers, List<Integer> batches) {
    private static final Map<String, String> RECORDED = Map.of("enable_cuda_graph", "1");
    private static final Map<String, String> NHWC = Map.of("prefer_nhwc", "1");
    private static final Map<String, String> RECORDED_NHWC = Map.of("enable_cuda_graph", "1", "prefer_nhwc", "1");

    /** Keeps immutable copies. */
    public Space {
        precisions = List.copyOf(precisions);
        providers = List.copyOf(providers);
        batches = List.copyOf(batches);
    }

    /** Around the standard setting: what the GPUXfile says, else one thread a processor and no spinning. */
    public static Space of(Gpuxfile gpuxfile, List<Precision> precisions, List<String> providers,
                           List<Integer> batches) {
        var threads = gpuxfile.runtime().threads();
        return new Space(new Setting(Precision.ORIGINAL, providers.getFirst(), threads.intra()
            .orElse(Runtime.getRuntime().availableProcessors()), GraphOptimization.ALL, threads.spin().orElse(false),
            batches.getFirst()), precisions, providers, batches);
    }

    /** Whether a setting, whatever its threads and level, is one of these. */
    boolean holds(Setting setting) {
        return precisions.contains(setting.precision()) && providers.contains(setting.provider())
            && batches.contains(setting.batch());
    }

    /** What to look at first, the standard setting before all: everything but graph levels, which change least. */
    SequencedSet<Setting> first() {
        var settings = new LinkedHashSet<Setting>();
        settings.add(standard);
        for (var precision : precisions) {
            for (var provider : providers) {
                for (int batch : batches) {
                    // What runs elsewhere needs no threads of ours.
                    for (int threads : provider.equals("cpu") ? threads() : List.of(standard.threads())) {
                        for (var options : options(provider)) {
                            settings.add(new Setting(precision, provider, threads, standard.level(), false, batch,
                                options));
                        }
                        if (threads > 1 && provider.equals("cpu")) {
                            settings.add(new Setting(precision, provider, threads, standard.level(), true, batch));
                        }
                    }
                }
            }
        }
        return settings;
    }

    /** What makes a provider faster for some models, and changes their answers by rounding at most. */
    private static List<Map<String, String>> options(String provider) {
        return provider.equals(Cuda.INFO.name()) ? List.of(Map.of(), RECORDED, NHWC, RECORDED_NHWC) : List.of(Map.of());
    }

    /** The standard number, all processors, and powers of two below. */
    private List<Integer> threads() {
        var threads = new LinkedHashSet<Integer>();
        threads.add(standard.threads());
        for (int n = Runtime.getRuntime().availableProcessors(); n >= 1; n /= 2) {
            threads.add(n);
        }
        threads.add(1);
        return List.copyOf(threads);
    }
}
