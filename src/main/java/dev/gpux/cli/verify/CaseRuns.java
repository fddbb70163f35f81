package dev.gpux.cli.verify;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** How reference cases are run: how many at a time, and whether in processes of their own. */
final class CaseRuns {
    private static final String JOBS = "--jobs";
    private static final String ISOLATE = "--isolate";
    private static final String TIMEOUT = "--timeout";
    private static final int STANDARD_TIMEOUT_SECONDS = 300;
    private static final String CPU = "cpu";
    /** The options that the other processes get, too. */
    private static final Set<String> HANDED_ON = Set.of(CommonOptions.ORT, "--rtol", "--atol", "--providers",
        "--require", "--strict");

    private final boolean isolated;
    private final int jobs;
    private final int timeoutSeconds;
    private final List<String> workerArguments;
    private final OpenOptions options;
    private final Tolerance tolerance;

    CaseRuns(ParseResult arguments, OpenOptions options, Tolerance tolerance) {
        // A GPU, or what stands for one, is rarely faster and sometimes wrong with several models at a time.
        boolean onCpu = options.require().orElse(CPU).equals(CPU)
            && (options.providers().isEmpty() || options.providers().equals(List.of(CPU)));
        this.isolated = CommonOptions.has(arguments, ISOLATE);
        this.jobs = positive(arguments, JOBS, onCpu ? Runtime.getRuntime().availableProcessors() : 1);
        this.timeoutSeconds = positive(arguments, TIMEOUT, STANDARD_TIMEOUT_SECONDS);
        this.workerArguments = workerArguments(arguments);
        // Many small models: a thread for each of them is better than threads inside them.
        this.options = jobs > 1 && options.intraThreads().isEmpty() ? options.withIntraThreads(1) : options;
        this.tolerance = tolerance;
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(CommonOptions.option(Integer.class, "N", "Run the reference cases of N folders at a time (as "
            + "many as there are processors on the CPU, else 1).", JOBS));
        spec.addOption(CommonOptions.flag("Run reference cases in other processes, so that a crash of native code is "
            + "one case's failure.", ISOLATE));
        spec.addOption(CommonOptions.option(Integer.class, "SECONDS", "With --isolate, how long the cases of one folder "
            + "may take (" + STANDARD_TIMEOUT_SECONDS + " by default).", TIMEOUT));
    }

    private static int positive(ParseResult arguments, String option, int standard) {
        int value = arguments.matchedOptionValue(option, standard);
        if (value < 1) {
            throw new UsageException(option + " takes a number from 1 on, not " + value);
        }
        return value;
    }

    private static List<String> workerArguments(ParseResult arguments) {
        var words = new ArrayList<>(List.of("verify", VerifyCommand.WORKER));
        for (var option : arguments.matchedOptions()) {
            if (HANDED_ON.contains(option.longestName())) {
                words.add(option.longestName());
                if (option.arity().max() > 0) {
                    words.addAll(option.originalStringValues());
                }
            }
        }
        return words;
    }

    /** Whether this process itself runs none of them. */
    boolean isolated() {
        return isolated;
    }

    /** Runs them; the results come in the order of the folders. */
    void run(List<CaseFolder> folders, Consumer<VerifiedCase> results) {
        ParallelCases.run(folders, jobs, () -> isolated ? new CaseProcess(workerArguments, timeoutSeconds)
            : new ReferenceCases(options, tolerance), results);
    }
}
