package dev.gpux.bench;

import dev.gpux.ort.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures C, GPUX and the official Java wrapper against each other, and writes {@code benchmark.md} and
 * {@code benchmark.json}: {@code Comparison ROUNDS MILLISECONDS [PART-OF-A-SERIES…]}, where a series is
 * {@code TINY.bound.1}. Every measurement is a process; in each round the three callers take turns, so that other work
 * on the machine hits them alike. {@code benchmark.sh} builds everything and starts this.
 */
public final class Comparison {
    private static final int ITERATIONS = 5;

    private Comparison() { }

    /** Measures. */
    public static void main(String[] arguments) throws IOException, RunnerException, InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        var folder = Path.of(System.getProperty("bench.models"));
        Workload.writeModels();
        var ort = Environment.get();
        var processes = new Processes(folder.resolve("floor"), ort.library().path(), ITERATIONS,
            Integer.parseInt(arguments[1]));
        var series = Series.all().stream().filter(s -> wanted(s, arguments)).toList();
        var results = new Results();
        var report = new Report(results, machine(ort, rounds, processes));
        for (int round = 1; round <= rounds; round++) {
            for (var one : series) {
                for (var caller : Caller.values()) {
                    if (!caller.has(one.way())) {
                        continue;
                    }
                    if (round == 1) {
                        results.setBytes(one, caller, processes.bytes(caller, one));
                    }
                    double time = processes.time(caller, one);
                    results.addTime(one, caller, time);
                    System.err.printf("round %d of %d: %s %s: %.0f ns, %.1f B%n", round, rounds, one, caller.title(),
                        time, results.bytes(one, caller));
                }
                // Each time: of a run that is cut short, the table up to there is left.
                report.write(folder);
            }
        }
        System.out.println(report.markdown());
    }

    private static boolean wanted(Series series, String[] arguments) {
        boolean wanted = arguments.length == 2;
        for (int i = 2; i < arguments.length; i++) {
            wanted |= series.toString().contains(arguments[i]);
        }
        return wanted;
    }

    private static String machine(Environment ort, int rounds, Processes processes) throws IOException {
        var cpu = Files.isReadable(Path.of("/proc/cpuinfo"))
            ? Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .findFirst().map(line -> line.substring(line.indexOf(':') + 2)).orElse("") + ", "
            : "";
        return LocalDate.now() + "; " + cpu + Runtime.getRuntime().availableProcessors() + " CPUs, "
            + System.getProperty("os.name") + " " + System.getProperty("os.arch") + "; JDK "
            + Runtime.version() + "; ONNX Runtime " + ort.version() + ", 1 intra-op thread, no spinning; " + rounds
            + " rounds of " + processes.iterations() + " × " + processes.milliseconds()
            + " ms after warming up; the least of the rounds (their median).";
    }
}
