package dev.gpux.cli.verify;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Progress;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.ModelFile;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code gpux verify}: whether models answer as their GPUXfiles' tests or their reference cases say, or the same on
 * several providers.
 */
public final class VerifyCommand implements Command {
    private static final String RELATIVE = "--rtol";
    private static final String ABSOLUTE = "--atol";
    private static final String JUNIT = "--junit";
    /** What {@link CaseProcess} calls. */
    static final String WORKER = "--worker";
    /** What the ONNX project's own runner takes. */
    private static final double STANDARD_RELATIVE = 1e-3;
    private static final double STANDARD_ABSOLUTE = 1e-7;
    private static final String COMPARE = "--compare";
    /** Sums in another order on another device end in other last digits, which near zero is all there is. */
    private static final double PROVIDERS_ABSOLUTE = 1e-4;

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("verify", "Check that models answer as their tests and reference cases say.",
            "  gpux verify                                 tests: of the GPUXfile here",
            "  gpux verify resnet50/                       model.onnx and test_data_set_0/{input,output}_0.pb",
            "  gpux verify onnx/backend/test/data/node --json",
            "  gpux verify -p cuda resnet50/ --rtol 1e-2",
            "  gpux verify --compare cpu,cuda,tensorrt     the same numbers on each of these",
            "  gpux verify --isolate --jobs 4 --junit results.xml cases/");
        spec.addPositional(PositionalParamSpec.builder().index("0..*").arity("0..*").paramLabel("MODEL")
            .type(List.class).auxiliaryTypes(String.class).description("A GPUXfile or a folder with one, whose tests "
                + "are run; or a folder with ONNX reference cases, itself or in folders below it. By default the "
                + "GPUXfile here.").build());
        spec.addOption(CommonOptions.option(Path.class, "PATH",
            "The ONNX Runtime to use: a library file, a folder, or an archive with one.", CommonOptions.ORT));
        spec.addOption(CommonOptions.option(Double.class, "X", "The relative tolerance of floating-point numbers "
            + "(0.001 by default).", RELATIVE));
        spec.addOption(CommonOptions.option(Double.class, "X", "The absolute one (1e-7 by default, 1e-4 between "
            + "providers).", ABSOLUTE));
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Compare what a model gives on these providers, "
            + "separated by commas; the first is the reference. On the inputs of its tests, else on made-up ones.",
            COMPARE));
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Write the results as JUnit XML, too.", JUNIT));
        CaseRuns.addTo(spec);
        spec.addOption(OptionSpec.builder(WORKER).type(boolean.class).arity("0").hidden(true).build());
        ProviderArguments.addTo(spec);
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var compared = compared(arguments);
        var tolerance = new Tolerance(tolerance(arguments, RELATIVE, STANDARD_RELATIVE),
            tolerance(arguments, ABSOLUTE, compared.isEmpty() ? STANDARD_ABSOLUTE : PROVIDERS_ABSOLUTE));
        var options = ProviderArguments.apply(arguments, OpenOptions.standard());
        if (CommonOptions.has(arguments, WORKER)) {
            OrtLibrary.start(arguments, Optional.empty());
            CaseWorker.run(new ReferenceCases(options, tolerance), terminal);
            return ExitCode.OK;
        }
        var runs = new CaseRuns(arguments, options, tolerance);
        var subjects = subjects(arguments);
        if (!compared.isEmpty() && !subjects.folders.isEmpty()) {
            throw new UsageException(COMPARE + " takes models; on the reference cases of a folder, each provider is "
                + "verified with -p");
        }
        boolean json = CommonOptions.has(arguments, CommonOptions.JSON);
        boolean quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
        if (!runs.isolated() || !subjects.gpuxfiles.isEmpty()) {
            OrtLibrary.start(arguments, subjects.gpuxfiles.stream().findFirst()
                .flatMap(gpuxfile -> gpuxfile.runtime().library().map(gpuxfile::resolve)), terminal);
        }
        var cases = new ArrayList<VerifiedCase>();
        // Where every case has its line, those lines are the progress.
        try (var progress = new Progress(terminal, !json && !quiet, () ->
                OptionalDouble.of((double) cases.size() / Math.max(1, subjects.size())))) {
            Consumer<VerifiedCase> results = result -> {
                cases.add(result);
                if (!json && !(quiet && result.status() == VerifiedCase.Status.PASSED)) {
                    progress.clear();
                    VerifyReport.line(terminal, result);
                }
                progress.at(cases.size());
            };
            for (var gpuxfile : subjects.gpuxfiles) {
                if (Interruption.happened()) {
                    return ExitCode.INTERRUPTED;
                }
                if (compared.isEmpty()) {
                    golden(gpuxfile, options, results);
                } else {
                    new ProviderComparison(compared, options, tolerance).run(gpuxfile, results);
                }
            }
            runs.run(subjects.folders, results);
        }
        Optional.ofNullable(arguments.<Path>matchedOptionValue(JUNIT, null))
            .ifPresent(file -> JunitReport.write(file, cases));
        if (json) {
            VerifyReport.json(terminal, cases);
        } else {
            VerifyReport.summary(terminal, cases);
        }
        return VerifyReport.count(cases, VerifiedCase.Status.FAILED) > 0 ? ExitCode.CHECK_FAILED : ExitCode.OK;
    }

    private static List<String> compared(ParseResult arguments) {
        var names = Optional.<String>ofNullable(arguments.matchedOptionValue(COMPARE, null))
            .map(ProviderArguments::names).orElse(List.of());
        if (names.size() == 1 || names.contains(OpenOptions.AUTO)) {
            throw new UsageException(COMPARE + " takes two providers or more, such as cpu,cuda");
        }
        if (!names.isEmpty() && ProviderArguments.areIn(arguments)) {
            throw new UsageException(COMPARE + " says where the model runs: leave out -p, --require and "
                + "--strict");
        }
        return names;
    }

    private static double tolerance(ParseResult arguments, String option, double standard) {
        double value = arguments.matchedOptionValue(option, standard);
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new UsageException(option + " takes a number from 0 on, not " + value);
        }
        return value;
    }

    /** What is verified. */
    private record Subjects(List<Gpuxfile> gpuxfiles, List<CaseFolder> folders) {
        int size() {
            return gpuxfiles.size() + folders.size();
        }
    }

    private static Subjects subjects(ParseResult arguments) {
        var named = arguments.<List<String>>matchedPositionalValue(0, List.of());
        var gpuxfiles = new ArrayList<Gpuxfile>();
        var folders = new ArrayList<CaseFolder>();
        for (var name : named) {
            if (Files.isDirectory(Path.of(name)) && Gpuxfile.locate(Path.of(name)).isEmpty()) {
                folders.addAll(folders(Path.of(name)));
            } else {
                gpuxfiles.add(ModelArgument.read(Optional.of(name)));
            }
        }
        if (named.isEmpty()) {
            gpuxfiles.add(ModelArgument.read(Optional.empty()));
        }
        return new Subjects(gpuxfiles, folders);
    }

    private static void golden(Gpuxfile gpuxfile, OpenOptions options, Consumer<VerifiedCase> results) {
        if (gpuxfile.tests().isEmpty()) {
            // What is not there has no tests either.
            ModelFile.locate(gpuxfile);
            results.accept(VerifiedCase.skipped(gpuxfile.name(), gpuxfile.source() + " has no tests"));
            return;
        }
        try (var model = Model.open(gpuxfile, options); var _ = Interruption.ending(model::terminate)) {
            for (var result : GoldenTests.run(model)) {
                var name = gpuxfile.name() + "/" + result.name();
                results.accept(result.passed() ? VerifiedCase.passed(name)
                    : VerifiedCase.failed(name, String.join("; ", result.differences())));
            }
        }
    }

    private static List<CaseFolder> folders(Path folder) {
        var found = CaseFolder.find(folder);
        if (found.isEmpty()) {
            throw new ModelException("the folder '" + folder + "' has neither a GPUXfile nor reference cases: expected "
                + "a model and test_data_set_0/ in it or in folders below it");
        }
        return found;
    }
}
