package dev.gpux.cli.bench;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.Environment;
import dev.gpux.provider.placement.ProviderReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux bench}: how fast a model is, and what limits it. */
public final class BenchCommand implements Command {
    private static final String INPUT = "--input";
    private static final String THREADS = "--threads";
    private static final String PROVIDERS = "--providers";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("bench", "Measure a model's latency and throughput.",
            "  gpux bench model.onnx                              made-up inputs",
            "  gpux bench -i text=\"a cat sat on the mat\" --end-to-end",
            "  gpux bench model.onnx --shape x=1,3,224,224 --batch 1,8,32",
            "  gpux bench model.onnx --concurrency 1:8:1 --html report.html",
            "  gpux bench model.onnx --rate 200 --duration 30s --fail-if 'p99>5ms'"));
        spec.addOption(OptionSpec.builder("-i", INPUT).paramLabel("NAME=VALUE").arity("1").type(List.class)
            .auxiliaryTypes(String.class).description("An input as for gpux run, repeatable; tensors that are not given "
                + "are made up: floats between 0 and 1, zeros else.").build());
        BenchSettings.addOptions(spec);
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Execution providers to compare, separated by commas; "
            + "each alone, with the CPU for what it cannot do.", "-p", PROVIDERS));
        ProviderArguments.addOptionTo(spec);
        spec.addOption(CommonOptions.option(Integer.class, "N", "Threads inside one operator.", THREADS));
        return spec;
    }

    @Override
    public void warmUp(List<String> arguments) {
        Environment.warmUp();
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var settings = BenchSettings.of(arguments);
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        var environment = OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
        var starts = new ArrayList<BenchReport.Start>();
        var cases = new ArrayList<Measured>();
        boolean explain = CommonOptions.has(arguments, CommonOptions.VERBOSE)
            || CommonOptions.has(arguments, CommonOptions.JSON);
        for (var options : options(arguments)) {
            var where = explain ? Optional.of(explained(gpuxfile, options)) : Optional.<ProviderReport>empty();
            measure(() -> Model.open(gpuxfile, options), where, settings, arguments.matchedOptionValue(INPUT, List.of()),
                starts, cases);
        }
        if (Interruption.happened()) {
            return ExitCode.INTERRUPTED;
        }
        var report = report(gpuxfile, environment, settings, starts, cases);
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> BenchJson.write(json, report));
        } else {
            new BenchPrinter(terminal, CommonOptions.has(arguments, CommonOptions.VERBOSE)).print(report);
        }
        settings.html().ifPresent(file -> {
            try {
                BenchHtml.write(file, report);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
            }
        });
        return report.failed() ? ExitCode.CHECK_FAILED : ExitCode.OK;
    }

    /** Where the nodes run; of a session of its own, since one that explains this is slower. */
    private static ProviderReport explained(Gpuxfile gpuxfile, OpenOptions options) {
        try (var model = Model.open(gpuxfile, options.withExplain(true))) {
            return model.report();
        }
    }

    /** One for each provider to compare. */
    private static List<OpenOptions> options(ParseResult arguments) {
        var threads = arguments.<Integer>matchedOptionValue(THREADS, null);
        if (threads != null && threads < 1) {
            throw new UsageException("--threads takes a number from 1 on, not " + threads);
        }
        var standard = ProviderArguments.applyOptions(arguments, OpenOptions.standard());
        var options = threads == null ? standard : standard.withIntraThreads(threads);
        var providers = arguments.<String>matchedOptionValue(PROVIDERS, null);
        if (providers == null) {
            return List.of(options);
        }
        var each = new ArrayList<OpenOptions>();
        for (var name : ProviderArguments.names(providers)) {
            each.add(options.withProviders(List.of(name)));
        }
        return each;
    }

    private static BenchReport report(Gpuxfile gpuxfile, Environment environment, BenchSettings settings,
                                      List<BenchReport.Start> starts, List<Measured> cases) {
        var checks = new ArrayList<BenchReport.Check>();
        for (var condition : settings.conditions()) {
            cases.forEach(measured -> checks.add(new BenchReport.Check(condition, measured)));
        }
        return new BenchReport(gpuxfile.name(), environment.version(), BenchReport.thisMachine(), List.copyOf(starts),
            List.copyOf(cases), BenchRemarks.of(starts, cases, Runtime.getRuntime().availableProcessors()),
            List.copyOf(checks));
    }

    /** Opens a model and measures each case of it. */
    private static void measure(Supplier<Model> opening, Optional<ProviderReport> where, BenchSettings settings, List<String> given,
                                List<BenchReport.Start> starts, List<Measured> cases) {
        long start = System.nanoTime();
        try (var model = opening.get(); var arena = Arena.ofShared();
             var _ = Interruption.ending(model::terminate)) {
            long loaded = System.nanoTime();
            var inputs = new BenchInputs(arena, model, given, settings.shapes());
            boolean isFirst = true;
            for (int batch : settings.batches()) {
                BenchRun.Opener opener = settings.endToEnd() ? () -> new EndToEndRun(model, inputs.batch(batch))
                    : () -> ModelRun.open(model, inputs.batch(batch));
                try (var run = opener.open()) {
                    long before = System.nanoTime();
                    run.once();
                    long first = System.nanoTime() - before;
                    var warmUp = WarmUp.until(run, settings.warmUp());
                    if (isFirst) {
                        starts.add(new BenchReport.Start(model.provider(),
                            where.map(report -> report.withNotes(model.report().notes())).orElse(model.report()),
                            loaded - start, first, warmUp));
                        isFirst = false;
                    }
                }
                for (int concurrency : settings.concurrency()) {
                    var what = new BenchCase(model.provider(), concurrency, batch, settings.rate());
                    cases.add(new LoadGenerator(what, opener, settings.duration()).measure());
                }
            }
        }
    }
}
