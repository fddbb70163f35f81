package dev.gpux.cli.run;

import dev.gpux.cli.argument.InputArguments;
import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.Decimals;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.BatchResult;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux run}: inference on given inputs. */
public final class RunCommand implements Command {
    private static final String INPUT = "--input";
    private static final String OUTPUT = "--output";
    private static final String THREADS = "--threads";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("run", "Run a model on inputs and show what it gives.",
            "  gpux run                                     the GPUXfile here, with its default inputs",
            "  gpux run -i text=\"a cat sat on the mat\"",
            "  gpux run model.onnx -i x='[[1, 2, 3]]'         numbers take the model's dtype",
            "  gpux run model.onnx -i x=@input.npy -o out.npz",
            "  gpux run model.onnx -i '{\"x\": [[1, 2, 3]]}' --json",
            "  gpux run -i - --batch 8 <questions.ndjson >answers.ndjson",
            "  gpux run -i image=@pictures/                a line of JSON for each file of a folder",
            "  gpux run -p tensorrt,cuda --require gpu      fail rather than run on the CPU"));
        spec.addOption(OptionSpec.builder("-i", INPUT).paramLabel("NAME=VALUE").arity("1").type(List.class)
            .auxiliaryTypes(String.class).description("An input, repeatable. VALUE is JSON, text for a text input, or "
                + "@FILE (.json .npy .npz .pb .bin .txt). A JSON object, or @FILE.json with one, gives several inputs. "
                + "Many sets of inputs: - (NDJSON on stdin), @FILE.ndjson, or NAME=@FOLDER.").build());
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Write the outputs to a file (.npy .npz .json .pb) or "
            + "a folder; .png: what was found, drawn into the picture, or the mask.", "-o", OUTPUT));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Threads inside one operator.", THREADS));
        ManyRun.addOptions(spec);
        ProviderArguments.addTo(spec);
        return spec;
    }

    @Override
    public void warmUp(List<String> arguments) {
        HeadStart.warmUp(arguments);
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        long start = System.nanoTime();
        var inputs = arguments.<List<String>>matchedOptionValue(INPUT, List.of());
        var many = ManyInputs.among(inputs);
        var manyRun = new ManyRun(arguments, terminal, output(arguments).filter(_ -> many.isPresent()));
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        try (var _ = OrtLibrary.startQuickly(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
             var model = Model.open(gpuxfile, options(arguments, many.isEmpty())); var arena = Arena.ofConfined();
             var _ = Interruption.ending(model::terminate)) {
            if (many.isPresent()) {
                notes(arguments, terminal, model);
                return manyRun.run(model, many.get());
            }
            long loaded = System.nanoTime() - start;
            var given = new InputArguments(arena, model.inputs()).parse(inputs);
            var result = model.run(arena, given);
            output(arguments).ifPresent(path ->
                OutputFile.write(path, result.outcomes().getFirst(), new OutputPicture(model, given)));
            show(arguments, terminal, model, result, loaded);
            return ExitCode.OK;
        }
    }

    private static OpenOptions options(ParseResult arguments, boolean once) {
        // What the report costs a single run does not matter, and people want to know.
        var options = ProviderArguments.apply(arguments, OpenOptions.standard())
            .withExplain(once && !CommonOptions.has(arguments, CommonOptions.QUIET));
        var threads = arguments.<Integer>matchedOptionValue(THREADS, null);
        if (threads == null) {
            return options;
        }
        if (threads < 1) {
            throw new UsageException("--threads takes a number from 1 on, not " + threads);
        }
        return options.withIntraThreads(threads);
    }

    private static Optional<Path> output(ParseResult arguments) {
        return Optional.ofNullable(arguments.matchedOptionValue(OUTPUT, null));
    }

    private static void show(ParseResult arguments, Terminal terminal, Model model, BatchResult result, long loaded) {
        var outcome = result.outcomes().getFirst();
        var file = output(arguments);
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            Json.print(terminal, json -> OutcomeJson.write(json, model, outcome, result.timing(), loaded));
            return;
        }
        boolean quiet = CommonOptions.has(arguments, CommonOptions.QUIET);
        if (!quiet) {
            terminal.err().println(terminal.dim(headline(model.gpuxfile(), model.report().summary())));
            notes(arguments, terminal, model);
            if (CommonOptions.has(arguments, CommonOptions.VERBOSE)) {
                model.report().details().forEach(line -> terminal.err().println(terminal.dim("  " + line)));
            }
        }
        if (file.isEmpty()) {
            new OutcomePrinter(terminal).print(outcome);
        } else if (!quiet) {
            terminal.err().println("wrote " + file.get());
        }
        if (!quiet) {
            terminal.out().flush();
            var timing = result.timing();
            terminal.err().println(terminal.dim("load " + Decimals.fixed(loaded / 1e6, 0) + " ms, preprocess "
                + milliseconds(timing.preprocess()) + ", run " + milliseconds(timing.run()) + ", postprocess "
                + milliseconds(timing.postprocess())));
        }
    }

    private static void notes(ParseResult arguments, Terminal terminal, Model model) {
        if (!CommonOptions.has(arguments, CommonOptions.QUIET)) {
            model.report().notes().forEach(note -> terminal.err().println("note: " + note));
        }
    }

    private static String milliseconds(long nanoseconds) {
        return Decimals.fixed(nanoseconds / 1e6, 2) + " ms";
    }

    private static String headline(Gpuxfile gpuxfile, String where) {
        return gpuxfile.name() + gpuxfile.version().map(version -> " " + version).orElse("") + " on " + where;
    }
}
