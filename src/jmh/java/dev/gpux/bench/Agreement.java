package dev.gpux.bench;

import dev.gpux.ort.Environment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** Whether {@code gpux bench --json} says of the tiny model what JMH says of the same prepared run: medians, by turns. */
public final class Agreement {
    private static final int ITERATIONS = 20;
    private static final int MILLISECONDS = 150;
    private static final double ALLOWED = 0.10;
    private static final Pattern MEDIAN = Pattern.compile("\"p50\":([0-9.Ee-]+)");

    private Agreement() { }

    /** @param args how many rounds; 3 by default */
    public static void main(String[] args) throws Exception {
        Workload.writeModels();
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        var processes = new Processes(Path.of(System.getProperty("bench.models"), "floor"),
            Environment.get().library().path(), ITERATIONS, MILLISECONDS);
        var jmh = new double[rounds];
        var gpux = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            jmh[round] = processes.time(Caller.GPUX, new Series(Workload.TINY, Way.BOUND, 1));
            gpux[round] = bench();
            System.out.printf(Locale.ROOT, "JMH %.0f ns, gpux bench %.0f ns%n", jmh[round], gpux[round]);
        }
        double ratio = Numbers.median(gpux) / Numbers.median(jmh);
        System.out.printf(Locale.ROOT, "median of %d: JMH %.0f ns, gpux bench %.0f ns, ratio %.3f%n", rounds,
            Numbers.median(jmh), Numbers.median(gpux), ratio);
        System.exit(Math.abs(ratio - 1) <= ALLOWED ? 0 : 1);
    }

    private static double bench() throws IOException, InterruptedException {
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "dev.gpux.cli.Main",
            "bench", Workload.TINY.model().toString(), "--threads", "1", "--duration", "3s", "--json")
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var median = MEDIAN.matcher(json);
        if (process.waitFor() != 0 || !median.find()) {
            throw new IOException("gpux bench ended with " + process.exitValue() + ": " + json);
        }
        return Double.parseDouble(median.group(1)) * 1e6;
    }
}
