package dev.gpux.cli.optimize;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.optimize.ValueTypes;
import dev.gpux.optimize.fp16.HalfConverter;
import dev.gpux.optimize.fp16.HalfOptions;
import dev.gpux.optimize.graph.GraphOptimizer;
import dev.gpux.optimize.graph.Pruner;
import dev.gpux.optimize.graph.ShapeFixer;
import dev.gpux.ort.ModelCompiler;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.provider.Providers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux optimize}: the same model, with a graph that runs faster or fits a device. */
public final class OptimizeCommand extends ChangingCommand {
    private static final String LEVEL = "--level";
    private static final String FOR = "--for";
    private static final String FIX_DIM = "--fix-dim";
    private static final String FIX_SHAPE = "--fix-shape";
    private static final String PRUNE = "--prune-outputs";
    private static final String FP16 = "--fp16";
    private static final String FP16_IO = "--fp16-io";
    private static final String KEEP = "--keep";
    private static final String COMPILE = "--compile";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("optimize", "Rewrite a model's graph ahead of time, "
            + "and show that it still answers the same.",
            "  gpux optimize model.onnx                        what ONNX Runtime does at each start, once",
            "  gpux optimize model.onnx --level all -o m.ort    in ORT format, for this machine alone",
            "  gpux optimize model.onnx --fp16                  half the size, for GPUs",
            "  gpux optimize model.onnx --fix-dim batch=1 --fix-shape input:1,3,224,224",
            "  gpux optimize model.onnx --compile tensorrt      compiled ahead of time (EPContext)"));
        spec.addOption(CommonOptions.option(String.class, "LEVEL", "ONNX Runtime's graph optimisation: none, basic, "
            + "extended or all (for this kind of machine only). Without any option: extended.", LEVEL));
        spec.addOption(CommonOptions.option(String.class, "PROVIDER", "The execution provider to optimise for (cpu).",
            FOR));
        spec.addOption(ChangeArguments.list("NAME=N", "Give an open dimension a size, repeatable.", FIX_DIM));
        spec.addOption(ChangeArguments.list("INPUT:N,N…", "Give an input a shape, repeatable.", FIX_SHAPE));
        spec.addOption(ChangeArguments.list("NAME", "Drop an output and what only it needs, repeatable.", PRUNE));
        spec.addOption(CommonOptions.flag("Weights and graph in float16; inputs and outputs stay float32.", FP16));
        spec.addOption(CommonOptions.flag("Inputs and outputs in float16, too.", FP16_IO));
        spec.addOption(ChangeArguments.list("NAME", "With --fp16: a node that stays float32, by its name, output or "
            + "operator, repeatable.", KEEP));
        spec.addOption(CommonOptions.option(String.class, "PROVIDER", "Have this execution provider compile the model "
            + "ahead of time.", COMPILE));
        ChangeArguments.addTo(spec);
        return spec;
    }

    @Override
    ExitCode change(ParseResult arguments, Terminal terminal, Gpuxfile gpuxfile) throws IOException {
        var wishes = new Wishes(arguments);
        return new ChangedFile(new ChangeArguments(arguments), terminal, gpuxfile).make(wishes.suffix(),
            wishes.shapes(), wishes.sizes(),
            context -> new Steps(context, wishes).run());
    }

    /** What was asked for. */
    private static final class Wishes {
        private final ParseResult arguments;

        Wishes(ParseResult arguments) {
            this.arguments = arguments;
            level();
            if (has(FP16_IO) && !has(FP16)) {
                throw new UsageException(FP16_IO + " goes with " + FP16);
            }
        }

        boolean has(String option) {
            return CommonOptions.has(arguments, option);
        }

        List<String> list(String option) {
            return arguments.matchedOptionValue(option, List.of());
        }

        Optional<String> text(String option) {
            return Optional.ofNullable(arguments.matchedOptionValue(option, null));
        }

        /** The level, if ORT shall do anything. */
        Optional<GraphOptimization> level() {
            boolean other = has(FP16) || !list(FIX_DIM).isEmpty() || !list(FIX_SHAPE).isEmpty()
                || !list(PRUNE).isEmpty() || text(COMPILE).isPresent();
            return text(LEVEL).or(() -> other ? Optional.empty() : Optional.of("extended")).map(word ->
                Arrays.stream(GraphOptimization.values()).filter(level -> level.name().equalsIgnoreCase(word))
                    .findFirst().orElseThrow(() -> new UsageException(LEVEL + " takes none, basic, extended or all, "
                        + "not "
                        + "'" + word + "'")));
        }

        String suffix() {
            return text(COMPILE).isPresent() ? "-" + text(COMPILE).get() + ".onnx" : has(FP16) ? "-fp16.onnx"
                : "-optimized.onnx";
        }

        Map<String, Long> sizes() {
            var sizes = new HashMap<String, Long>();
            for (var text : list(FIX_DIM)) {
                int equals = text.lastIndexOf('=');
                try {
                    long size = Long.parseLong(text.substring(equals + 1).strip());
                    if (equals > 0 && size > 0) {
                        sizes.put(text.substring(0, equals), size);
                        continue;
                    }
                } catch (NumberFormatException e) {
                    // falls through to the same error
                }
                throw new UsageException(FIX_DIM + " takes NAME=N, not '" + text + "'");
            }
            return sizes;
        }

        Map<String, long[]> shapes() {
            var shapes = new HashMap<String, long[]>();
            list(FIX_SHAPE).forEach(text -> shapes.putAll(ChangeArguments.shape(FIX_SHAPE, text, ":")));
            return shapes;
        }
    }

    /** The steps, one after the other. */
    private static final class Steps {
        private final ChangedFile.Context context;
        private final Wishes wishes;
        private final List<String> words = new ArrayList<>();

        Steps(ChangedFile.Context context, Wishes wishes) {
            this.context = context;
            this.wishes = wishes;
        }

        List<String> run() throws IOException {
            var model = edited();
            boolean last = !wishes.has(FP16) && wishes.text(COMPILE).isEmpty();
            if (wishes.level().isPresent()) {
                var from = model == context.model() ? context.file() : written(model, ".edited.onnx");
                optimize(from, wishes.level().get(), last);
            } else {
                half(model);
            }
            return words;
        }

        private OnnxModel edited() {
            var model = context.model();
            if (!wishes.list(FIX_DIM).isEmpty() || !wishes.list(FIX_SHAPE).isEmpty()) {
                model = ShapeFixer.fix(model, wishes.sizes(), wishes.shapes());
                words.add("fixed shapes: " + String.join(", ", model.graph().inputs().stream().map(Object::toString)
                    .toList()));
            }
            if (!wishes.list(PRUNE).isEmpty()) {
                int before = model.graph().nodes().size();
                model = Pruner.prune(model, new HashSet<>(wishes.list(PRUNE)));
                words.add("dropped outputs " + String.join(", ", wishes.list(PRUNE)) + " and "
                    + (before - model.graph().nodes().size()) + " nodes that only they need");
            }
            return model;
        }

        private Path written(OnnxModel model, String name) throws IOException {
            var file = context.target().folder().resolve(name);
            OnnxWriter.write(model, file, new WeightPlacement.SideFile(name + ".data", 1024));
            return file;
        }

        private void optimize(Path from, GraphOptimization level, boolean last) throws IOException {
            var provider = wishes.text(FOR).orElse("cpu");
            words.add("optimised by ONNX Runtime at level " + level.name().toLowerCase(Locale.ROOT) + " for " + provider
                + (level == GraphOptimization.ALL ? ": for machines like this one only" : ""));
            var target = context.target().file();
            boolean ort = target.toString().endsWith(".ort");
            var to = ort && last ? target : context.target().folder().resolve(".optimized.onnx");
            GraphOptimizer.optimize(from, to, level, options -> append(provider, options), context.bytes());
            if (ort && last) {
                words.add("in ORT format: loads faster, in this version of ONNX Runtime and later ones");
                return;
            }
            try (var optimized = OnnxModel.open(to)) {
                half(Pruner.prune(optimized, new HashSet<>()));
            }
        }

        /** With the options that the GPUXfile has for it; a plugin's library is one of them. */
        private void append(String name, SessionOptions options) {
            if (name.equals("cpu")) {
                return;
            }
            var provider = Providers.named(name);
            for (var entry : context.gpuxfile().runtime().options().entrySet()) {
                if (Providers.named(entry.getKey()).info().equals(provider.info())) {
                    provider = provider.withOptions(entry.getValue());
                }
            }
            provider.append(options);
        }

        private void half(OnnxModel model) throws IOException {
            var result = model;
            if (wishes.has(FP16)) {
                var options = new HalfOptions(wishes.has(FP16_IO), context.keep(wishes.list(KEEP)));
                var changed = HalfConverter.convert(model, ValueTypes.of(model, context.target().folder()),
                    context.scratch(), options);
                words.add("float16: " + changed.changed().size() + " nodes, inputs and outputs "
                    + (options.convertInterface() ? "too" : "as before") + NodeWords.kept(changed.kept()));
                result = changed.model();
            }
            if (wishes.text(COMPILE).isPresent()) {
                compile(written(result, ".edited.onnx"), wishes.text(COMPILE).get());
                return;
            }
            context.write(result);
        }

        private void compile(Path from, String provider) {
            try (var options = new SessionOptions()) {
                append(provider, options);
                ModelCompiler.compile(from, context.target().file(), options, true, true);
            } catch (OrtException e) {
                throw new OptimizeException(provider + " compiles no models ahead of time here: " + e.getMessage(), e);
            }
            words.add("compiled by " + provider + " (EPContext, " + Quantity.bytes(context.target().file().toFile()
                .length()) + "): for devices like this one only");
        }
    }
}
