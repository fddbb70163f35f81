package dev.gpux.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures one series in a process of its own, with the same library, models and times for all callers.
 *
 * @param floor the compiled {@code floor.c}
 * @param library ONNX Runtime
 * @param iterations how many are measured
 * @param milliseconds how long each takes
 */
record Processes(Path floor, Path library, int iterations, int milliseconds) {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    /** By then the last of the compilers is done with what is measured; C needs an iteration, for the caches. */
    private static final TimeValue WARM_UP = TimeValue.milliseconds(1500);

    /** The time of one run in nanoseconds: the median window of the least disturbed iteration. */
    double time(Caller caller, Series series) throws IOException, RunnerException, InterruptedException {
        return switch (caller) {
            case C -> floor(series);
            case GPUX, WRAPPER -> {
                var result = jmh(caller, series, options -> options.mode(Mode.SampleTime));
                yield Numbers.min(result.getBenchmarkResults().iterator().next().getIterationResults().stream()
                    .mapToDouble(iteration -> iteration.getPrimaryResult().getStatistics().getPercentile(50)).toArray())
                    / series.workload().window();
            }
        };
    }

    /** What one run puts on the Java heap. Not measured together with times: JMH keeps those there, too. */
    double bytes(Caller caller, Series series) throws RunnerException {
        if (caller == Caller.C) {
            return 0;
        }
        var result = jmh(caller, series, options -> options.mode(Mode.AverageTime).addProfiler(GCProfiler.class));
        return result.getSecondaryResults().entrySet().stream().filter(entry -> entry.getKey().endsWith(ALLOCATED))
            .mapToDouble(entry -> entry.getValue().getScore()).findFirst().orElseThrow() / series.workload().window();
    }

    private double floor(Series series) throws IOException, InterruptedException {
        var workload = series.workload();
        var command = new ArrayList<>(List.of(floor.toString(), library.toString(), workload.model().toString(),
            series.way().label(), Integer.toString(series.threads()), Integer.toString(workload.window()),
            Integer.toString(iterations), Integer.toString(milliseconds)));
        workload.inputs().forEach(input -> command.add(input.argument("in")));
        command.add(workload.output().argument("out"));
        var process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        var times = process.inputReader().lines().mapToDouble(Double::parseDouble).toArray();
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
        int threads = series.threads();
        return IntStream.range(0, times.length / threads)
            .mapToDouble(i -> Numbers.median(Arrays.copyOfRange(times, i * threads, (i + 1) * threads)))
            .min().orElseThrow();
    }

    private RunResult jmh(Caller caller, Series series, UnaryOperator<ChainedOptionsBuilder> measure)
        throws RunnerException {
        var duration = TimeValue.milliseconds(milliseconds);
        var benchmarks = caller == Caller.GPUX ? GpuxRuns.class : WrapperRuns.class;
        var options = new OptionsBuilder()
            .include(benchmarks.getName() + "." + series.way().label() + "$")
            .param("workload", series.workload().name())
            .threads(series.threads()).forks(1)
            .warmupIterations(1).warmupTime(WARM_UP)
            .measurementIterations(iterations).measurementTime(duration)
            .jvmArgs("--enable-native-access=ALL-UNNAMED", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
                "-Dbench.models=" + System.getProperty("bench.models"),
                "-Dgpux.models=" + System.getProperty("gpux.models"),
                "-Donnxruntime.native.onnxruntime.path=" + library)
            .verbosity(VerboseMode.SILENT).shouldFailOnError(true);
        return new Runner(measure.apply(options).build()).runSingle();
    }
}
