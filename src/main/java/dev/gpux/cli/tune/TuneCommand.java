package dev.gpux.cli.tune;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.run.GivenItems;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.Tuning;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.Proof;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.proof.RandomInputs;
import dev.gpux.optimize.tune.Precision;
import dev.gpux.optimize.tune.Setting;
import dev.gpux.optimize.tune.Space;
import dev.gpux.optimize.tune.Tuner;
import dev.gpux.optimize.tune.Variants;
import dev.gpux.pipeline.Input;
import dev.gpux.provider.selection.Candidate;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux tune}: measures settings, and notes the fastest one for this machine. */
public final class TuneCommand implements Command {
    private static final String INPUT = "--input";
    private static final String BATCH = "--batch";
    private static final String BUDGET = "--budget";
    private static final String PROVIDERS = "--providers";
    private static final String PRECISION = "--precision";
    private static final String MIN_COSINE = "--min-cosine";
    private static final String DRY_RUN = "--dry-run";
    private static final String WRITE = "--write";
    private static final double SECOND = 1e9;
    private static final int MOST_BATCH = 4096;
    private static final double ALIKE = 0.98;
    private static final int MOST_SESSIONS = 6;
    /** Of models that are open at the same time. */
    private static final long MOST_BYTES = 4L << 30;

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("tune", "Find the fastest setting of a model on this "
            + "machine, and note it in gpux.lock, where 'gpux run' and 'gpux serve' find it.",
            "  gpux tune                                providers, threads, graph levels, spinning: 30 s",
            "  gpux tune model.onnx -i x=@input.npy --budget 2m --batch 1,8,32",
            "  gpux tune --precision int8 -i @sentences.ndjson   8-bit integers, too, if the answers agree",
            "  gpux tune -p cuda,cpu --dry-run         only say"));
        spec.addOption(OptionSpec.builder("-i", INPUT).paramLabel("NAME=VALUE").arity("1").type(List.class)
            .auxiliaryTypes(String.class).description("The input of each run, as 'gpux run' takes it; of many, the "
                + "first, and --precision compares on all. Without: the golden tests', else the default, else random "
                + "ones.").build());
        spec.addOption(CommonOptions.option(String.class, "N,N…", "Inputs in one run; what counts is the time for one "
            + "input (1).", BATCH));
        spec.addOption(CommonOptions.option(String.class, "TIME", "How long it may take (30s).", BUDGET));
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Execution providers to try, separated by commas; "
            + "without, all that can be used here.", "-p", PROVIDERS));
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Also try the model with these numbers if its "
            + "answers agree: int8, fp16. It is put beside gpux.lock if it wins.", PRECISION));
        spec.addOption(CommonOptions.option(Double.class, "C", "With --precision: the least cosine of an answer to "
            + "the original's (" + ALIKE + ").", MIN_COSINE));
        spec.addOption(CommonOptions.flag("Write nothing.", DRY_RUN));
        spec.addOption(CommonOptions.flag("Also put it into the GPUXfile.", WRITE));
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var batches = batches(arguments.matchedOptionValue(BATCH, "1"));
        // A wrong one must not cost the start of ORT.
        precisions(arguments);
        long budget = (long) Quantity.nanos(arguments.matchedOptionValue(BUDGET, "30s"), BUDGET, SECOND);
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
        var progress = new TuneProgress(terminal, CommonOptions.has(arguments, CommonOptions.QUIET));
        long begin = System.nanoTime();
        var file = ModelFile.locate(gpuxfile);
        try (var arena = Arena.ofShared(); var start = start(arguments, terminal, gpuxfile, file, arena, progress)) {
            var models = start.variants().models();
            // At least half of the time goes into measuring.
            long left = Math.max(budget / 2, budget - (System.nanoTime() - begin));
            var result = new Tuner(models, start.item(), OpenOptions.standard(), left, start.sessions(),
                progress).tune(Space.of(gpuxfile,
                List.copyOf(models.keySet()), start.providers(), batches), before(gpuxfile, file));
            progress.clear();
            var failures = new LinkedHashMap<>(result.failures());
            failures.putAll(start.variants().failures());
            report(arguments, terminal, new TuneReport(result, start.variants().proofs(), failures,
                write(arguments, gpuxfile, file, start.variants(), result)));
            return ExitCode.OK;
        }
    }

    /**
     * What there is to measure.
     *
     * @param item the inputs of each run
     * @param providers the execution providers to try, the default one first
     * @param variants the model with other numbers
     * @param bytes the size of the model's files
     */
    private record Start(Map<String, Input> item, List<String> providers, Variants variants, long bytes)
        implements AutoCloseable {
        /** How many sessions may be open at once. */
        int sessions() {
            return Math.clamp(MOST_BYTES / Math.max(1, bytes), 2, MOST_SESSIONS);
        }

        @Override
        public void close() throws IOException {
            variants.close();
        }
    }

    private static Start start(ParseResult arguments, Terminal terminal, Gpuxfile gpuxfile, Path file, Arena arena,
                               TuneProgress progress) throws IOException {
        var options = OpenOptions.standard().withoutTuning();
        var named = Optional.ofNullable(arguments.<String>matchedOptionValue(PROVIDERS, null))
            .map(ProviderArguments::names);
        try (var opened = Model.open(gpuxfile, named.map(options::withProviders).orElse(options))) {
            var providers = named.orElseGet(() -> usable(opened));
            var evidence = evidence(arguments, terminal, arena, opened, file);
            var precisions = precisions(arguments);
            progress.say(precisions.size() > 1 ? "making models with other numbers" : "");
            var bar = new Proof.Bar(OptionalDouble.of(arguments.matchedOptionValue(MIN_COSINE, ALIKE)),
                OptionalDouble.empty());
            long bytes = bytes(file);
            return new Start(evidence.items().getFirst(), providers, Variants.make(gpuxfile, file, precisions,
                new Prover(opened, bytes, evidence, options), bar), bytes);
        }
    }

    /** What the model runs on by itself, what else could be used, and the CPU. */
    private static List<String> usable(Model opened) {
        var names = new LinkedHashSet<>(List.of(opened.provider()));
        opened.report().selection().candidates().stream().filter(Candidate::usable)
            .map(candidate -> candidate.provider().name()).forEach(names::add);
        names.remove("cpu");
        names.addLast("cpu");
        if (opened.provider().equals("cpu")) {
            names.addFirst("cpu");
        }
        return List.copyOf(names);
    }

    private static long bytes(Path file) throws IOException {
        if (file.toString().endsWith(".ort")) {
            return Files.size(file);
        }
        try (var model = OnnxModel.open(file)) {
            return ModelFile.bytes(file, model);
        }
    }

    private static Evidence evidence(ParseResult arguments, Terminal terminal, Arena arena, Model opened, Path file)
        throws IOException {
        var given = GivenItems.read(arena, opened, terminal, arguments.matchedOptionValue(INPUT, List.of()));
        if (file.toString().endsWith(".ort")) {
            return Evidence.of(arena, opened, given, RandomInputs.ofUnknown());
        }
        try (var model = OnnxModel.open(file)) {
            return Evidence.of(arena, opened, given, new RandomInputs(model, Map.of()));
        }
    }

    /** What was chosen the last time, on this machine with this model. */
    private static Optional<Setting> before(Gpuxfile gpuxfile, Path file) {
        return Tuning.read(gpuxfile.folder()).filter(tuning -> tuning.machine().equals(Tuning.thisMachine())
            && tuning.model().equals(Tuning.thisModel(gpuxfile, file))).map(tuning -> new Setting(
                tuning.variant().flatMap(variant -> precision(variant.precision())).orElse(Precision.ORIGINAL),
                tuning.provider(), tuning.threads(), tuning.level(), tuning.spin(), tuning.batch(), tuning.options()));
    }

    /** Notes what was chosen; the files that were written, as people call them. */
    private static List<String> write(ParseResult arguments, Gpuxfile gpuxfile, Path file, Variants variants,
                                      Tuner.Result result) throws IOException {
        var written = new ArrayList<Path>();
        var chosen = result.chosen().setting();
        boolean dry = CommonOptions.has(arguments, DRY_RUN);
        var variant = Optional.<Tuning.Variant>empty();
        if (chosen.precision() != Precision.ORIGINAL && !dry) {
            var made = variants.keep(chosen.precision());
            variant = Optional.of(new Tuning.Variant(chosen.precision().word(), made.getFileName().toString(),
                Tuning.stamp(made)));
            written.add(made);
        }
        var tuning = new Tuning(Tuning.thisMachine(), Tuning.thisModel(gpuxfile, file), variant, chosen.provider(),
            chosen.options(), chosen.threads(), chosen.level(), chosen.spin(), chosen.batch(), result.chosen().millis(),
            result.standard().millis());
        if (!dry) {
            tuning.write(gpuxfile.folder());
            written.add(gpuxfile.folder().resolve(Tuning.FILE_NAME));
        }
        if (CommonOptions.has(arguments, WRITE)) {
            TunedGpuxfile.write(gpuxfile, tuning);
            written.add(gpuxfile.source());
        }
        var here = Path.of("").toAbsolutePath();
        return written.stream().map(path -> here.relativize(path.toAbsolutePath()).toString()).toList();
    }

    private static void report(ParseResult arguments, Terminal terminal, TuneReport report) {
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, report::write);
        } else {
            report.print(terminal, CommonOptions.has(arguments, CommonOptions.QUIET));
        }
    }

    private static Set<Precision> precisions(ParseResult arguments) {
        var precisions = EnumSet.of(Precision.ORIGINAL);
        var text = arguments.<String>matchedOptionValue(PRECISION, null);
        if (text == null && arguments.hasMatchedOption(MIN_COSINE)) {
            throw new UsageException(MIN_COSINE + " goes with " + PRECISION);
        }
        if (text != null) {
            for (var word : text.split(",", -1)) {
                precisions.add(precision(word.strip()).orElseThrow(() -> new UsageException(PRECISION
                    + " takes int8 and fp16, not '" + word + "'")));
            }
        }
        return precisions;
    }

    private static Optional<Precision> precision(String word) {
        return Arrays.stream(Precision.values()).filter(each -> each != Precision.ORIGINAL
            && each.word().equals(word)).findFirst();
    }

    private static List<Integer> batches(String text) {
        try {
            var batches = Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::parseInt).distinct()
                .toList();
            if (batches.stream().allMatch(batch -> batch >= 1 && batch <= MOST_BATCH)) {
                return batches;
            }
        } catch (NumberFormatException e) {
            // falls through to the same error
        }
        throw new UsageException(BATCH + " takes numbers from 1 to " + MOST_BATCH + " such as 1,8,32, not '" + text
            + "'");
    }
}
