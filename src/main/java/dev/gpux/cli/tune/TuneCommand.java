package dev.gpux.cli.tune;

import dev.gpux.cli.argument.InputArguments;
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
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.Tuning;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.RandomInputs;
import dev.gpux.optimize.tune.Measured;
import dev.gpux.optimize.tune.Tuner;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux tune}: measures settings, and notes the fastest one for this machine. */
public final class TuneCommand implements Command {
    private static final String INPUT = "--input";
    private static final String BATCH = "--batch";
    private static final String BUDGET = "--budget";
    private static final String PROVIDERS = "--providers";
    private static final String DRY_RUN = "--dry-run";
    private static final String WRITE = "--write";
    private static final double SECOND = 1e9;
    private static final int MOST_BATCH = 4096;

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("tune", "Find the fastest setting of a model on this "
            + "machine, and note it in gpux.lock, where 'gpux run' and 'gpux serve' find it.",
            "  gpux tune                                providers, threads, graph levels, spinning: 30 s",
            "  gpux tune model.onnx -i x=@input.npy --budget 2m --batch 1,8,32",
            "  gpux tune -p cuda,cpu --dry-run         only say"));
        spec.addOption(OptionSpec.builder("-i", INPUT).paramLabel("NAME=VALUE").arity("1").type(List.class)
            .auxiliaryTypes(String.class).description("The input of each run, as 'gpux run' takes it. Without: the "
                + "first "
                + "golden test's, else the default, else a random one.").build());
        spec.addOption(CommonOptions.option(String.class, "N,N…", "Inputs in one run; what counts is the time for one "
            + "input (1).", BATCH));
        spec.addOption(CommonOptions.option(String.class, "TIME", "How long it may take (30s).", BUDGET));
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Execution providers to try, separated by commas; "
            + "without, the one that the model runs on by itself, and the CPU.", "-p", PROVIDERS));
        spec.addOption(CommonOptions.flag("Write nothing.", DRY_RUN));
        spec.addOption(CommonOptions.flag("Also put it into the GPUXfile.", WRITE));
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var batches = batches(arguments.matchedOptionValue(BATCH, "1"));
        long budget = (long) Quantity.nanos(arguments.matchedOptionValue(BUDGET, "30s"), BUDGET, SECOND);
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
        try (var arena = Arena.ofShared()) {
            var providers = new ArrayList<String>();
            var item = item(arguments, gpuxfile, arena, providers);
            var settings = Tuner.settings(providers, batches);
            var progress = new Line(terminal, CommonOptions.has(arguments, CommonOptions.QUIET));
            var result = new Tuner(gpuxfile, item, OpenOptions.standard(), budget, progress::show).tune(settings);
            progress.clear();
            var file = ModelFile.locate(gpuxfile);
            var chosen = result.chosen().setting();
            var tuning = new Tuning(Tuning.thisMachine(), Tuning.thisModel(gpuxfile, file), chosen.provider(),
                chosen.threads(), chosen.level(), chosen.spin(), chosen.batch(), result.chosen().millis(),
                result.standard().millis());
            boolean written = !CommonOptions.has(arguments, DRY_RUN);
            if (written) {
                tuning.write(gpuxfile.folder());
            }
            if (CommonOptions.has(arguments, WRITE)) {
                TunedGpuxfile.write(gpuxfile, tuning);
            }
            print(arguments, terminal, result, tuning, written ? gpuxfile.folder().resolve(Tuning.FILE_NAME).toString()
                : "");
            return ExitCode.OK;
        }
    }

    /** The inputs of each run; fills in the providers to try. */
    private static Map<String, Input> item(ParseResult arguments, Gpuxfile gpuxfile, Arena arena,
                                           List<String> providers) throws IOException {
        var named = arguments.<String>matchedOptionValue(PROVIDERS, null);
        if (named != null) {
            providers.addAll(ProviderArguments.names(named));
        }
        try (var opened = Model.open(gpuxfile, named == null ? OpenOptions.standard()
                 : OpenOptions.standard().withProviders(List.copyOf(providers)));
             var model = OnnxModel.open(ModelFile.locate(gpuxfile))) {
            if (named == null) {
                providers.add(opened.provider());
                if (!opened.provider().equals("cpu")) {
                    providers.add("cpu");
                }
            }
            var given = arguments.<List<String>>matchedOptionValue(INPUT, List.of());
            return Evidence.of(arena, opened, given.isEmpty() ? List.of()
                : List.of(new InputArguments(arena, opened.inputs()).parse(given)),
                new RandomInputs(model, Map.of(), Map.of())).items().getFirst();
        }
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

    private static void print(ParseResult arguments, Terminal terminal, Tuner.Result result, Tuning tuning,
                              String lock) {
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeStringField("chosen", result.chosen().setting().toString());
                json.writeBooleanField("noise", result.isNoise());
                json.writeNumberField("ms", result.chosen().millis());
                json.writeNumberField("default_ms", result.standard().millis());
                json.writeArrayFieldStart("settings");
                for (var one : result.all()) {
                    json.writeStartObject();
                    json.writeStringField("setting", one.setting().toString());
                    json.writeNumberField("ms", one.millis());
                    json.writeNumberField("low", one.low());
                    json.writeNumberField("high", one.high());
                    json.writeNumberField("runs", one.runs());
                    json.writeBooleanField("finalist", one.finalist());
                    json.writeEndObject();
                }
                json.writeEndArray();
                json.writeObjectFieldStart("failures");
                for (var failure : result.failures().entrySet()) {
                    json.writeStringField(failure.getKey(), failure.getValue());
                }
                json.writeEndObject();
                json.writeStringField("lock", lock);
                json.writeEndObject();
            });
            return;
        }
        var out = terminal.out();
        if (!CommonOptions.has(arguments, CommonOptions.QUIET)) {
            out.println(terminal.bold(String.format(Locale.ROOT, "%-48s %12s   %s", "setting", "ms an input",
                "95 % of such measurements")));
            result.all().forEach(one -> out.println(row(one)));
            result.failures().forEach((setting, reason) -> out.println(setting + ": " + reason));
        }
        out.println(result.isNoise() ? "the default is best: what differs is noise (" + tuning.setting() + ", "
            + millis(result.chosen()) + ")" : String.format(Locale.ROOT, "best: %s: %s, %.2f × as fast as the default "
            + "(%s)", result.chosen().setting(), millis(result.chosen()), result.standard().millis()
            / result.chosen().millis(), millis(result.standard())));
        if (!lock.isEmpty()) {
            out.println("wrote " + Path.of("").toAbsolutePath().relativize(Path.of(lock)));
        }
    }

    private static String row(Measured one) {
        return String.format(Locale.ROOT, "%-48s %12.3f   %.3f to %.3f%s", one.setting(), one.millis(), one.low(),
            one.high(), one.finalist() ? ", by turns" : "");
    }

    private static String millis(Measured measured) {
        return String.format(Locale.ROOT, "%.3f ms", measured.millis());
    }

    /** One line that is written over. */
    private static final class Line {
        private static final String CLEAR = "\r\u001b[K";
        private final Terminal terminal;
        private final boolean shown;

        Line(Terminal terminal, boolean quiet) {
            this.terminal = terminal;
            this.shown = terminal.watched() && !quiet;
        }

        void show(int done, int all) {
            if (shown) {
                terminal.err().print(CLEAR + done + " of " + all + " measurements");
                terminal.err().flush();
            }
        }

        void clear() {
            if (shown) {
                terminal.err().print(CLEAR);
                terminal.err().flush();
            }
        }
    }
}
