package dev.gpux.cli.bench;

import dev.gpux.provider.placement.ProviderReport;
import java.util.List;

/**
 * Everything that a benchmark found out.
 *
 * @param model the model's name
 * @param ort ONNX Runtime's version
 * @param machine the system and its processors
 * @param starts how each provider's model started
 * @param cases what was measured
 * @param remarks what it means
 * @param checks what must not be
 */
record BenchReport(String model, String ort, String machine, List<Start> starts, List<Measured> cases,
                   List<String> remarks, List<Check> checks) {
    /**
     * How a model started.
     *
     * @param provider who runs it
     * @param where where its nodes run, and why not elsewhere
     * @param load reading it and making its session, in nanoseconds
     * @param firstRun its first run, in nanoseconds
     * @param warmUp the runs after that
     */
    record Start(String provider, ProviderReport where, long load, long firstRun, WarmUp warmUp) { }

    /**
     * A condition that was looked at.
     *
     * @param condition what must not be
     * @param measured where
     */
    record Check(Condition condition, Measured measured) {
        boolean failed() {
            return condition.holds(measured);
        }
    }

    static String thisMachine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
            + Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version();
    }

    boolean failed() {
        return checks.stream().anyMatch(Check::failed);
    }
}
