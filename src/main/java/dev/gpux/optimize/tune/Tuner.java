package dev.gpux.optimize.tune;

import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.PreparedRun;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Input;
import dev.gpux.provider.ProviderException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Finds the fastest setting of a model on this machine, within a time budget. Half of the budget goes into a first
 * look at all settings, one after the other, each no longer than it takes to see that it loses; the other half into
 * the best few and the default, by turns. For one thread.
 */
public final class Tuner {
    /** What is slower than this part of the best is dropped after the first look. */
    private static final double HOPELESS = 1.15;
    private static final int FINALISTS = 4;
    private static final int BLOCKS = 12;
    private static final int FIRST_BLOCKS = 5;
    private static final int LEAST_RUNS = 3;
    /** A difference below this part is not worth a setting of its own. */
    private static final double MATTERS = 0.03;

    private final Gpuxfile gpuxfile;
    private final Map<String, Input> item;
    private final OpenOptions options;
    private final long budget;
    private final BiConsumer<Integer, Integer> progress;

    /**
     * What was found.
     *
     * @param chosen the fastest setting; the default one if none is faster by more than the noise
     * @param standard the default setting
     * @param all what was measured, fastest first
     * @param failures settings that do not run, and why
     */
    public record Result(Measured chosen, Measured standard, List<Measured> all, Map<String, String> failures) {
        /** Keeps immutable copies. */
        public Result {
            all = List.copyOf(all);
            failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
        }

        /** Whether nothing is faster than the default by more than the noise. */
        public boolean isNoise() {
            return chosen.setting().equals(standard.setting());
        }
    }

    /**
     * A tuner.
     *
     * @param item the inputs of each run; a batch holds them several times
     * @param options what is the same for all settings
     * @param budget nanoseconds
     * @param progress is told how many of how many measurements are done
     */
    public Tuner(Gpuxfile gpuxfile, Map<String, Input> item, OpenOptions options, long budget,
                 BiConsumer<Integer, Integer> progress) {
        this.gpuxfile = gpuxfile;
        this.item = Map.copyOf(item);
        this.options = options;
        this.budget = budget;
        this.progress = progress;
    }

    /** How the model runs if nobody says anything: on the best provider, one thread a processor. */
    public static Setting standard(String provider, int batch) {
        return new Setting(provider, Runtime.getRuntime().availableProcessors(), GraphOptimization.ALL, false, batch);
    }

    /** All settings of these providers and batch sizes that make sense, the default one first. */
    public static List<Setting> settings(List<String> providers, List<Integer> batches) {
        var settings = new LinkedHashSet<Setting>();
        settings.add(standard(providers.getFirst(), batches.getFirst()));
        for (var provider : providers) {
            for (int batch : batches) {
                for (int threads : provider.equals("cpu") ? threads() : List.of(standard(provider, 1).threads())) {
                    for (var level : List.of(GraphOptimization.ALL, GraphOptimization.EXTENDED,
                        GraphOptimization.BASIC)) {
                        settings.add(new Setting(provider, threads, level, false, batch));
                        if (threads > 1) {
                            settings.add(new Setting(provider, threads, level, true, batch));
                        }
                    }
                }
            }
        }
        return List.copyOf(settings);
    }

    /** Powers of two, and all processors. */
    private static List<Integer> threads() {
        int processors = Runtime.getRuntime().availableProcessors();
        var threads = new LinkedHashSet<Integer>();
        for (int n = processors; n >= 1; n /= 2) {
            threads.add(n);
        }
        threads.add(1);
        return List.copyOf(threads);
    }

    /** One setting, ready to run. */
    private final class Runner implements AutoCloseable {
        private final Setting setting;
        private final Model model;
        private final Arena arena = Arena.ofConfined();
        private final PreparedRun run;
        private final Series series = new Series();

        Runner(Setting setting) {
            this.setting = setting;
            this.model = Model.open(gpuxfile, setting.apply(options));
            try {
                if (!model.provider().equals(setting.provider())) {
                    throw new OptimizeException(setting.provider() + " cannot be used here");
                }
                var builder = model.session().prepare();
                model.modelInputs(arena, Collections.nCopies(setting.batch(), item)).forEach((name, value) -> {
                    if (!(value instanceof Tensor tensor)) {
                        throw new OptimizeException("input '" + name + "' is no tensor; such models cannot be tuned");
                    }
                    builder.input(name, tensor);
                });
                this.run = builder.build();
            } catch (RuntimeException | Error e) {
                arena.close();
                model.close();
                throw e;
            }
        }

        /** Runs for so long, and at least a few times; the median time for one input. */
        double block(long nanos, boolean counts) {
            var times = new ArrayList<Long>();
            long begin = System.nanoTime();
            long before = begin;
            while (times.size() < LEAST_RUNS || before - begin < nanos) {
                run.run();
                long now = System.nanoTime();
                times.add(now - before);
                before = now;
            }
            times.sort(null);
            double median = (double) times.get(times.size() / 2) / setting.batch();
            if (counts) {
                series.add(median, times.size());
            }
            return median;
        }

        @Override
        public void close() {
            run.close();
            arena.close();
            model.close();
        }
    }

    /**
     * Measures.
     *
     * @param settings what to try, the default one first
     * @throws OptimizeException if not even the default one runs
     */
    public Result tune(List<Setting> settings) {
        var failures = new LinkedHashMap<String, String>();
        var first = firstLook(settings, failures);
        var standard = first.getFirst();
        if (!standard.setting().equals(settings.getFirst())) {
            throw new OptimizeException("the default setting does not run: " + failures.values().iterator().next());
        }
        var finalists = new LinkedHashSet<Setting>();
        finalists.add(standard.setting());
        var sorted = first.stream().sorted(Comparator.comparingDouble(Measured::millis)).toList();
        var best = sorted.getFirst();
        sorted.stream().filter(one -> one.millis() <= HOPELESS * best.millis()).limit(FINALISTS)
            .forEach(one -> finalists.add(one.setting()));
        // What differs from the default in less may be as good, and then it is to be chosen: it must be there.
        sorted.stream().map(Measured::setting).filter(setting ->
            setting.isBetween(standard.setting(), best.setting())).forEach(finalists::add);
        return byTurns(List.copyOf(finalists), sorted, failures, settings.size());
    }

    private List<Measured> firstLook(List<Setting> settings, Map<String, String> failures) {
        var measured = new ArrayList<Measured>();
        long each = budget / 2 / settings.size();
        double best = Double.POSITIVE_INFINITY;
        for (var setting : settings) {
            try (var runner = new Runner(setting)) {
                runner.block(each / 4, false);
                for (int block = 0; block < FIRST_BLOCKS; block++) {
                    double median = runner.block(each / 2 / FIRST_BLOCKS, true);
                    if (block > 0 && median > 2 * HOPELESS * best) {
                        // Lost beyond doubt.
                        break;
                    }
                }
                best = Math.min(best, runner.series.median());
                measured.add(runner.series.toMeasured(setting, false));
            } catch (OrtException | ModelException | ProviderException | OptimizeException e) {
                failures.put(setting.toString(), String.valueOf(e.getMessage()));
            }
            progress.accept(measured.size() + failures.size(), settings.size() + BLOCKS);
        }
        return measured;
    }

    private Result byTurns(List<Setting> finalists, List<Measured> first, Map<String, String> failures, int done) {
        var runners = new ArrayList<Runner>();
        try {
            finalists.forEach(setting -> runners.add(new Runner(setting)));
            long each = budget / 2 / BLOCKS / runners.size();
            runners.forEach(runner -> runner.block(each, false));
            for (int block = 0; block < BLOCKS; block++) {
                // In another order each time: who runs first finds the processor in another state.
                for (int i = 0; i < runners.size(); i++) {
                    runners.get((i + block) % runners.size()).block(each, true);
                }
                progress.accept(done + block + 1, done + BLOCKS);
            }
            return result(runners, first, failures);
        } finally {
            runners.forEach(Runner::close);
        }
    }

    private static Result result(List<Runner> runners, List<Measured> first, Map<String, String> failures) {
        var standard = runners.getFirst();
        var best = runners.stream().min(Comparator.comparingDouble(runner -> runner.series.median())).orElseThrow();
        // Among those that are as fast as the best, the one that is nearest to the default: the same in each try.
        var chosen = runners.stream().filter(runner -> !runner.series.isSlowerThan(best.series, MATTERS))
            .min(Comparator.<Runner>comparingInt(runner -> runner.setting.distance(standard.setting))
                .thenComparing(runner -> runner.setting.toString())).orElse(best);
        var finals = runners.stream().map(runner -> runner.setting).toList();
        var all = new ArrayList<Measured>();
        runners.forEach(runner -> all.add(runner.series.toMeasured(runner.setting, true)));
        first.stream().filter(one -> !finals.contains(one.setting())).forEach(all::add);
        all.sort(Comparator.comparing((Measured one) -> !one.finalist()).thenComparingDouble(Measured::millis));
        return new Result(chosen.series.toMeasured(chosen.setting, true),
            standard.series.toMeasured(standard.setting, true), all, failures);
    }
}
