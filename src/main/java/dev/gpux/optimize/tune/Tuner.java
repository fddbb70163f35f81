package dev.gpux.optimize.tune;

import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.recorded.Agreement;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.provider.ProviderException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Finds the fastest setting of a model on this machine, within a time budget: a first look at all, the best and the
 * standard one by turns, and at the end the chosen one against the standard one, both opened anew. For one thread.
 */
public final class Tuner {
    /** What takes longer than this many times the best's time is dropped after the first look. */
    private static final double HOPELESS = 1.3;
    private static final int LOOKS = 6;
    /** About how many settings there are besides the first ones: the other levels of the best and the standard one. */
    private static final int LEVELS = 3;
    /** Up to which parts of the budget the first look and the turns go. */
    private static final double LOOK_PART = 0.4;
    private static final double TURNS_PART = 0.8;
    /** Short, so that what disturbs the machine disturbs all settings in a round. */
    private static final long BLOCK = 20_000_000;
    private static final int WANTED_ROUNDS = 30;
    /** Before these nobody is dropped. */
    private static final int LEAST_ROUNDS = 10;
    private static final long SEED = 8;

    private final Map<Precision, Gpuxfile> models;
    private final Map<String, Input> item;
    private final OpenOptions options;
    private final long budget;
    private final int finalists;
    private final Progress progress;
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<Setting, Measured> looked = new LinkedHashMap<>();
    /** The fastest block of each: what a busy machine hardly changes. */
    private final Map<Setting, Double> least = new LinkedHashMap<>();
    /** What the model says in settings that others are compared with. */
    private final Map<Setting, Map<String, Tensor>> answers = new HashMap<>();
    private long begin;

    /** Is told how far it is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Now.
         *
         * @param setting what is measured now
         * @param part of the time budget that is spent, from 0 to 1
         */
        void at(Setting setting, double part);
    }

    /** Why a setting was chosen. */
    public enum Verdict {
        /** It is faster than the default by more than the noise. */
        FASTER,
        /** It was chosen before, and nothing is faster by more than the noise. */
        KEPT,
        /** It is the default, and nothing is faster by more than the noise. */
        NOISE
    }

    /**
     * What was found.
     *
     * @param verdict why it was chosen
     * @param chosen the setting to take, measured by turns with the default one at the end
     * @param standard the default setting
     * @param speedUp how many times as fast as the default the chosen setting is, with its 95 % confidence interval
     * @param equals settings that are as fast, within the noise
     * @param all what was measured, fastest first
     * @param failures settings that do not run, or that there was no time for
     */
    public record Result(Verdict verdict, Measured chosen, Measured standard, Interval speedUp, List<Setting> equals,
                         List<Measured> all, Map<String, String> failures) {
        /** Keeps immutable copies. */
        public Result {
            equals = List.copyOf(equals);
            all = List.copyOf(all);
            failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
        }
    }

    /**
     * A tuner.
     *
     * @param models the model with each precision of the settings to come; all take the same inputs
     * @param item the inputs of each run; a batch holds them several times
     * @param options what is the same for all settings
     * @param budget nanoseconds, opening sessions included; each setting runs a few times even beyond it
     * @param finalists how many sessions may be open at once, at least 2
     */
    public Tuner(Map<Precision, Gpuxfile> models, Map<String, Input> item, OpenOptions options, long budget,
                 int finalists, Progress progress) {
        this.models = Map.copyOf(models);
        this.item = Map.copyOf(item);
        this.options = options.withoutTuning();
        this.budget = budget;
        this.finalists = finalists;
        this.progress = progress;
    }

    /**
     * Measures. For one call.
     *
     * @param last what was chosen the last time: it stays if nothing is faster by more than the noise
     * @throws OptimizeException if not even the standard setting runs
     */
    public Result tune(Space space, Optional<Setting> last) {
        begin = System.nanoTime();
        var before = last.filter(space::holds);
        var standard = space.standard();
        var first = new LinkedHashSet<>(List.of(standard));
        before.ifPresent(first::add);
        first.addAll(space.first());
        look(first, LOOK_PART * first.size() / (first.size() + LEVELS));
        if (!looked.containsKey(standard)) {
            throw new OptimizeException("the default setting does not run: " + failures.get(standard.toString()));
        }
        var levels = new LinkedHashSet<>(levels(best()));
        levels.addAll(levels(standard));
        levels.removeAll(first);
        look(levels, LOOK_PART);
        var turns = byTurns(finalists(standard, before), TURNS_PART);
        var choice = Choice.of(turns, standard, before);
        var again = turns;
        if (!choice.setting().equals(standard)) {
            again = byTurns(List.of(standard, choice.setting()), 1);
            if (!holds(again, choice.setting(), standard, before)) {
                choice = new Choice(standard, List.of());
            }
        }
        return result(choice, standard, turns, again, before);
    }

    /** A setting at the other graph levels that make a difference. */
    private List<Setting> levels(Setting setting) {
        return Levels.distinct(models.get(setting.precision()), setting.provider()).stream().map(setting::withLevel)
            .toList();
    }

    private double spent() {
        return (double) (System.nanoTime() - begin) / budget;
    }

    private long nanosUntil(double part) {
        return (long) Math.max(0, (part - spent()) * budget);
    }

    private Setting best() {
        return least.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private Runner open(Setting setting) {
        progress.at(setting, spent());
        return new Runner(models.get(setting.precision()), item, options, setting);
    }

    /** A first look, one after the other, each no longer than it takes to see that it loses. */
    private void look(Collection<Setting> settings, double until) {
        int left = settings.size();
        for (var setting : settings) {
            if (!looked.isEmpty() && spent() >= until) {
                failures.put(setting.toString(), "not measured, the time was over");
                continue;
            }
            long end = System.nanoTime() + nanosUntil(until) / left--;
            try (var runner = open(setting)) {
                runner.warmUp();
                requireSameAnswers(setting, runner);
                double best = least.values().stream().mapToDouble(Double::doubleValue).min()
                    .orElse(Double.POSITIVE_INFINITY);
                double fastest = Double.POSITIVE_INFINITY;
                for (int i = 0; i < LOOKS; i++) {
                    double median = runner.block(Math.max(0, end - System.nanoTime()) / (LOOKS - i));
                    fastest = Math.min(fastest, median);
                    if (i > 1 && fastest > 2 * HOPELESS * best) {
                        // Lost beyond doubt.
                        break;
                    }
                }
                looked.put(setting, runner.series().toMeasured(setting, false));
                least.put(setting, fastest);
            } catch (OrtException | ModelException | ProviderException | OptimizeException | PipelineException e) {
                failures.put(setting.toString(), String.valueOf(e.getMessage()));
            }
        }
    }

    /** A provider's option is not to change what the model says. */
    private void requireSameAnswers(Setting setting, Runner runner) {
        if (setting.options().isEmpty()) {
            return;
        }
        var plain = setting.withoutOptions();
        if (!answers.containsKey(plain)) {
            try (var reference = open(plain)) {
                answers.put(plain, reference.answers(Arena.ofAuto()));
            }
        }
        Agreement.difference(answers.get(plain), runner.answers()::get).ifPresent(difference -> {
            throw new OptimizeException("it answers otherwise than " + plain + ": " + difference);
        });
    }

    /** The standard one, the last time's, the best, what might be as good as the best and nearer, and the next best. */
    private List<Setting> finalists(Setting standard, Optional<Setting> before) {
        var best = best();
        var chosen = new LinkedHashSet<Setting>();
        chosen.add(standard);
        before.filter(looked::containsKey).ifPresent(chosen::add);
        chosen.add(best);
        looked.keySet().stream().filter(one -> one.isBetween(standard, best)).forEach(chosen::add);
        least.entrySet().stream().filter(one -> one.getValue() <= HOPELESS * least.get(best))
            .sorted(Map.Entry.comparingByValue()).map(Map.Entry::getKey).forEach(chosen::add);
        return chosen.stream().limit(finalists).toList();
    }

    /** Runs some settings by turns, and drops those that are slower than the best beyond doubt; the first one stays. */
    private Map<Setting, Series> byTurns(List<Setting> settings, double until) {
        var runners = new ArrayList<Runner>();
        var measured = new LinkedHashMap<Setting, Series>();
        try {
            for (var setting : settings) {
                var runner = open(setting);
                runners.add(runner);
                measured.put(setting, runner.series());
                runner.warmUp();
            }
            var random = new Random(SEED);
            var order = new ArrayList<>(runners);
            long block = Math.min(BLOCK, nanosUntil(until) / WANTED_ROUNDS / runners.size());
            do {
                // In another order each time: who runs first finds the processor in another state.
                Collections.shuffle(order, random);
                for (var runner : order) {
                    progress.at(runner.setting(), spent());
                    runner.block(block);
                }
                drop(order, settings.getFirst());
            } while (spent() < until);
            return measured;
        } finally {
            runners.forEach(Runner::close);
        }
    }

    private static void drop(List<Runner> runners, Setting standard) {
        var best = runners.stream().min(Comparator.comparingDouble(runner -> runner.series().median())).orElseThrow();
        if (best.series().rounds() >= LEAST_ROUNDS) {
            runners.removeIf(runner -> !runner.setting().equals(standard)
                && runner.series().isSlowerThan(best.series()));
        }
    }

    /** Whether the choice is right in a second, independent measurement, too. */
    private static boolean holds(Map<Setting, Series> again, Setting chosen, Setting standard,
                                 Optional<Setting> before) {
        var ratio = again.get(chosen).ratio(again.get(standard), Interval.LIKELY);
        return ratio.high() < 1 || before.filter(chosen::equals).isPresent() && ratio.middle() <= 1;
    }

    private Result result(Choice choice, Setting standard, Map<Setting, Series> turns, Map<Setting, Series> again,
                          Optional<Setting> before) {
        var chosen = choice.setting();
        var all = new LinkedHashMap<>(looked);
        turns.forEach((setting, series) -> all.put(setting, series.toMeasured(setting, true)));
        var sorted = new ArrayList<>(all.values());
        sorted.sort(Comparator.comparing((Measured one) -> !one.finalist()).thenComparingDouble(Measured::millis));
        var verdict = chosen.equals(standard) ? Verdict.NOISE : before.filter(chosen::equals).isPresent()
            ? Verdict.KEPT : Verdict.FASTER;
        return new Result(verdict, again.get(chosen).toMeasured(chosen, true), again.get(standard).toMeasured(standard,
            true), again.get(standard).ratio(again.get(chosen), Interval.LIKELY), choice.equals(), sorted, failures);
    }
}
