package dev.gpux.cli;

import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux verify}: whether models answer as their reference cases say. */
final class VerifyCommand implements Command {
    private static final String RELATIVE = "--rtol";
    private static final String ABSOLUTE = "--atol";
    /** What the ONNX project's own runner takes. */
    private static final double STANDARD_RELATIVE = 1e-3;
    private static final double STANDARD_ABSOLUTE = 1e-7;

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("verify", "Check that models answer as their reference cases say.",
            "  gpux verify resnet50/                       model.onnx and test_data_set_0/{input,output}_0.pb",
            "  gpux verify onnx/backend/test/data/node --json",
            "  gpux verify -p cuda resnet50/ --rtol 1e-2");
        spec.addPositional(PositionalParamSpec.builder().index("0..*").arity("1..*").paramLabel("FOLDER")
            .type(List.class).auxiliaryTypes(Path.class).description("A folder with ONNX reference cases, itself or in "
                + "folders below it.").build());
        spec.addOption(CommonOptions.option(Path.class, "PATH",
            "The ONNX Runtime to use: a library file, a folder, or an archive with one.", CommonOptions.ORT));
        spec.addOption(CommonOptions.option(Double.class, "X", "The relative tolerance of floating-point numbers "
            + "(0.001 by default).", RELATIVE));
        spec.addOption(CommonOptions.option(Double.class, "X", "The absolute one (1e-7 by default).", ABSOLUTE));
        ProviderArguments.addTo(spec);
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var tolerance = new Tolerance(tolerance(arguments, RELATIVE, STANDARD_RELATIVE),
            tolerance(arguments, ABSOLUTE, STANDARD_ABSOLUTE));
        var folders = new ArrayList<Path>();
        for (var folder : arguments.<List<Path>>matchedPositionalValue(0, List.of())) {
            folders.addAll(folders(folder));
        }
        OrtLibrary.start(arguments, Optional.empty(), terminal);
        boolean json = CommonOptions.has(arguments, CommonOptions.JSON);
        boolean quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
        var cases = new ArrayList<VerifiedCase>();
        var runner = new ReferenceCases(ProviderArguments.apply(arguments, OpenOptions.standard()), tolerance);
        for (var folder : folders) {
            if (Interruption.happened()) {
                return ExitCode.INTERRUPTED;
            }
            runner.run(folder, result -> {
                cases.add(result);
                if (!json && !(quiet && result.status() == VerifiedCase.Status.PASSED)) {
                    VerifyReport.line(terminal, result);
                }
            });
        }
        if (json) {
            VerifyReport.json(terminal, cases);
        } else {
            VerifyReport.summary(terminal, cases);
        }
        return VerifyReport.count(cases, VerifiedCase.Status.FAILED) > 0 ? ExitCode.CHECK_FAILED : ExitCode.OK;
    }

    private static double tolerance(ParseResult arguments, String option, double standard) {
        double value = arguments.matchedOptionValue(option, standard);
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new UsageException(option + " takes a number from 0 on, not " + value);
        }
        return value;
    }

    private static List<Path> folders(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ModelException("there is no folder '" + folder + "' with reference cases");
        }
        var found = ReferenceCases.find(folder);
        if (found.isEmpty()) {
            throw new ModelException("the folder '" + folder + "' has no reference cases: expected model.onnx and "
                + "test_data_set_0/ in it or in folders below it");
        }
        return found;
    }
}
