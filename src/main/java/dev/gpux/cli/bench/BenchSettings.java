package dev.gpux.cli.bench;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What {@code gpux bench} was asked for.
 *
 * @param concurrency numbers of threads to measure with
 * @param batches numbers of inputs in one run to measure with
 * @param rate runs a second of an open loop
 * @param duration of each measurement, in nanoseconds
 * @param warmUp at most, in nanoseconds
 * @param endToEnd whether the steps before and after the model are part of a run
 * @param shapes of inputs, {@code NAME=1,3,224,224}
 * @param conditions what must not be
 * @param html where to write a report
 */
record BenchSettings(List<Integer> concurrency, List<Integer> batches, OptionalDouble rate, long duration, long warmUp,
                     boolean endToEnd, List<String> shapes, List<Condition> conditions, Optional<Path> html) {
    private static final String CONCURRENCY = "--concurrency";
    private static final String BATCH = "--batch";
    private static final String RATE = "--rate";
    private static final String DURATION = "--duration";
    private static final String WARM_UP = "--warm-up";
    private static final String END_TO_END = "--end-to-end";
    private static final String SHAPE = "--shape";
    private static final String FAIL_IF = "--fail-if";
    private static final String HTML = "--html";
    private static final double SECOND = 1e9;
    private static final int MOST_CASES = 1000;
    private static final int MOST_THREADS = 1024;

    static void addOptions(CommandSpec spec) {
        spec.addOption(CommonOptions.option(String.class, "N|A:B:STEP", "Threads that run the model at the same time: a "
            + "number, several (1,2,4) or a range (1:8:1).", "-c", CONCURRENCY));
        spec.addOption(CommonOptions.option(String.class, "N|A:B:STEP", "Inputs in one run: as for --concurrency.",
            BATCH));
        spec.addOption(CommonOptions.option(Double.class, "R", "Open loop: R runs a second, however long they take; "
            + "latency counts from when a run should have begun.", RATE));
        spec.addOption(CommonOptions.option(String.class, "TIME", "How long each measurement takes (5s by default).",
            DURATION));
        spec.addOption(CommonOptions.option(String.class, "TIME", "Warm up until stable, at most so long (5s by "
            + "default).", WARM_UP));
        spec.addOption(CommonOptions.flag("Measure the GPUXfile's steps, too, not the model alone.", END_TO_END));
        spec.addOption(list("NAME=N,N…", "The shape of a made-up input, repeatable.", SHAPE));
        spec.addOption(list("CONDITION", "Exit with 5 if it is so, repeatable: 'p99>5ms', 'throughput<100'; also p50 p90 "
            + "p95 p99.9 mean min max bytes_per_run.", FAIL_IF));
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Write a page with plots.", HTML));
    }

    private static OptionSpec list(String label, String description, String name) {
        return OptionSpec.builder(name).paramLabel(label).arity("1").type(List.class).auxiliaryTypes(String.class)
            .description(description).build();
    }

    static BenchSettings of(ParseResult arguments) {
        var rate = arguments.<Double>matchedOptionValue(RATE, null);
        if (rate != null && !(rate > 0 && rate <= SECOND)) {
            throw new UsageException("--rate takes runs a second, a number above 0, not " + rate);
        }
        return new BenchSettings(numbers(CONCURRENCY, arguments.matchedOptionValue(CONCURRENCY, "1"), MOST_THREADS),
            numbers(BATCH, arguments.matchedOptionValue(BATCH, "1"), Integer.MAX_VALUE),
            rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
            (long) Quantity.nanos(arguments.matchedOptionValue(DURATION, "5s"), DURATION, SECOND),
            (long) Quantity.nanos(arguments.matchedOptionValue(WARM_UP, "5s"), WARM_UP, SECOND),
            CommonOptions.has(arguments, END_TO_END), arguments.matchedOptionValue(SHAPE, List.of()),
            arguments.<List<String>>matchedOptionValue(FAIL_IF, List.of()).stream().map(Condition::parse).toList(),
            Optional.ofNullable(arguments.matchedOptionValue(HTML, null)));
    }

    private static List<Integer> numbers(String option, String text, int most) {
        var numbers = new ArrayList<Integer>();
        try {
            if (text.contains(":")) {
                var range = text.split(":", -1);
                int step = range.length == 3 ? Integer.parseInt(range[2].strip()) : 1;
                long to = Integer.parseInt(range[1].strip());
                for (long n = Integer.parseInt(range[0].strip()); n <= to && step > 0 && range.length <= 3
                    && numbers.size() <= MOST_CASES; n += step) {
                    numbers.add((int) n);
                }
            } else {
                for (var number : text.split(",", -1)) {
                    numbers.add(Integer.parseInt(number.strip()));
                }
            }
        } catch (NumberFormatException e) {
            numbers.clear();
        }
        if (numbers.isEmpty() || numbers.size() > MOST_CASES
            || numbers.stream().anyMatch(number -> number < 1 || number > most)) {
            throw new UsageException(option + " takes a number from 1 on, several (1,2,4) or a range (1:8:1), not '"
                + text + "'");
        }
        return List.copyOf(numbers);
    }
}
