package dev.gpux.cli.optimize;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.Changed;
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.calibrate.RangeMethod;
import dev.gpux.optimize.proof.Sensitivity;
import dev.gpux.optimize.quantize.BlockOptions;
import dev.gpux.optimize.quantize.BlockQuantizer;
import dev.gpux.optimize.quantize.DynamicOptions;
import dev.gpux.optimize.quantize.DynamicQuantizer;
import dev.gpux.optimize.quantize.Keep;
import dev.gpux.optimize.quantize.StaticOptions;
import dev.gpux.optimize.quantize.StaticQuantizer;
import dev.gpux.optimize.quantize.WeightRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux quantize}: weights, and activations, as small integers. */
public final class QuantizeCommand extends ChangingCommand {
    private static final String DYNAMIC = "--dynamic";
    private static final String WEIGHT_ONLY = "--weight-only";
    private static final String STATIC = "--static";
    private static final String CALIBRATE = "--calibrate";
    private static final String METHOD = "--method";
    private static final String BITS = "--bits";
    private static final String BLOCK = "--block";
    private static final String SYMMETRIC = "--symmetric";
    private static final String PER_TENSOR = "--per-tensor";
    private static final String WEIGHTS = "--weights";
    private static final String CONV = "--conv";
    private static final String KEEP = "--keep";
    private static final String KEEP_WORST = "--keep-worst";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("quantize", "Make a model smaller and faster with "
            + "8-bit or 4-bit integers, and show that it still answers the same.",
            "  gpux quantize model.onnx                          int8, activations as they come",
            "  gpux quantize -i @sentences.ndjson --min-cosine 0.98 -o model-int8.onnx",
            "  gpux quantize model.onnx --static -c x=@digits/   int8, activations in measured ranges",
            "  gpux quantize model.onnx --weight-only --bits 4   for large language models",
            "  gpux quantize model.onnx --keep-worst 2           leave the two worst nodes as they are"));
        spec.addOption(CommonOptions.flag("Weights int8, activations in the range that each run finds (the default).",
            DYNAMIC));
        spec.addOption(CommonOptions.flag("Weights int8, activations in ranges measured now (QDQ): for convolutions.",
            STATIC));
        spec.addOption(CommonOptions.flag("Weights alone, in blocks of 4 or 8 bits.", WEIGHT_ONLY));
        spec.addOption(ChangeArguments.list("NAME=VALUE", "Inputs to measure activations on, as -i takes them; better "
            + "others than those to compare on.", "-c", CALIBRATE));
        spec.addOption(CommonOptions.option(String.class, "METHOD", "How --static makes ranges: min-max (the default), "
            + "percentile or entropy.", METHOD));
        spec.addOption(CommonOptions.option(Integer.class, "4|8", "Bits of a weight with --weight-only (4).", BITS));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Weights with a scale of their own with --weight-only "
            + "(32).", BLOCK));
        spec.addOption(CommonOptions.flag("Blocks without zero points: a little smaller, less exact.", SYMMETRIC));
        spec.addOption(CommonOptions.flag("One scale for a whole weight instead of one for each channel.", PER_TENSOR));
        spec.addOption(CommonOptions.option(String.class, "TYPE", "int8 (the default), uint8, or int7 for x86 "
            + "processors "
            + "without VNNI.", WEIGHTS));
        spec.addOption(CommonOptions.flag("Convolutions, too, with --dynamic: smaller; look at the latency it prints.", CONV));
        spec.addOption(ChangeArguments.list("NAME", "A node to leave as it is, by its name, output or operator, "
            + "repeatable; 'layer.5*' stands for all that begin so.", KEEP));
        spec.addOption(CommonOptions.option(Integer.class, "N", "Leave the N nodes as they are that lose most, each "
            + "measured alone.", KEEP_WORST));
        ChangeArguments.addTo(spec);
        return spec;
    }

    @Override
    ExitCode change(ParseResult arguments, Terminal terminal, Gpuxfile gpuxfile) throws IOException {
        boolean blocks = CommonOptions.has(arguments, WEIGHT_ONLY);
        boolean fixed = CommonOptions.has(arguments, STATIC);
        if ((blocks ? 1 : 0) + (fixed ? 1 : 0) + (CommonOptions.has(arguments, DYNAMIC) ? 1 : 0) > 1) {
            throw new UsageException("one of --dynamic, --static and --weight-only, not several");
        }
        var dynamic = dynamic(arguments);
        var block = block(arguments);
        var ranges = ranges(arguments);
        int worst = arguments.matchedOptionValue(KEEP_WORST, 0);
        return new ChangedFile(new ChangeArguments(arguments), terminal, gpuxfile).make(blocks ? "-int" + block.bits()
            + ".onnx" : fixed ? "-qdq.onnx" : "-int8.onnx", context -> {
            var model = context.model();
            var given = arguments.<List<String>>matchedOptionValue(CALIBRATE, List.of());
            var keep = context.keep(arguments.matchedOptionValue(KEEP, List.of()));
            if (blocks) {
                var seen = given.isEmpty() ? Optional.<Calibration>empty()
                    : Optional.of(context.calibrate(terminal, given, BlockQuantizer.values(model), true));
                return quantize(context, keep, worst, block.bits() + "-bit blocks of " + block.block(), more ->
                    BlockQuantizer.quantize(model, context.scratch(), seen, block.withKeep(more)));
            }
            if (fixed) {
                var seen = context.calibrate(terminal, given, StaticQuantizer.values(model), false);
                return quantize(context, keep, worst, "static int8, " + (given.isEmpty()
                    ? "calibrated on what it is compared on" : "calibrated on given inputs"), more ->
                    StaticQuantizer.quantize(model, context.scratch(), seen, ranges.withKeep(more)));
            }
            return quantize(context, keep, worst, "dynamic int8", more ->
                DynamicQuantizer.quantize(model, context.scratch(), dynamic.withKeep(more)));
        });
    }

    private static List<String> quantize(ChangedFile.Context context, Keep keep, int worst, String how,
                                         Function<Keep, Changed> quantizer) throws IOException {
        var words = new ArrayList<String>();
        var changed = quantizer.apply(keep);
        if (worst > 0) {
            var losses = Sensitivity.measure(changed.changed(), others -> quantizer.apply(keep.and(others)).model(),
                context.prover(), context.target());
            var names = new HashSet<String>();
            losses.stream().limit(worst).forEach(loss -> {
                names.add(loss.node().outputs().getFirst());
                words.add(String.format(Locale.ROOT, "kept %s: alone it loses %.6f of the cosine", loss.node(),
                    loss.loss()));
            });
            changed = quantizer.apply(keep.and(names));
        }
        context.write(changed.model());
        words.addFirst(how + ": " + NodeWords.operators(changed.changed()) + NodeWords.kept(changed.kept()));
        return words;
    }

    private static DynamicOptions dynamic(ParseResult arguments) {
        var standard = DynamicOptions.standard();
        var ranges = Map.of("int8", WeightRange.INT8, "uint8", WeightRange.UINT8, "int7", WeightRange.INT7);
        var type = arguments.matchedOptionValue(WEIGHTS, "int8");
        if (!ranges.containsKey(type)) {
            throw new UsageException(WEIGHTS + " takes int8, uint8 or int7, not '" + type + "'");
        }
        return new DynamicOptions(ranges.get(type), !CommonOptions.has(arguments, PER_TENSOR),
            CommonOptions.has(arguments, CONV) ? DynamicOptions.OPERATORS : standard.operators(), Keep.NONE);
    }

    private static BlockOptions block(ParseResult arguments) {
        var standard = BlockOptions.standard();
        return new BlockOptions(arguments.matchedOptionValue(BITS, standard.bits()),
            arguments.matchedOptionValue(BLOCK, standard.block()), CommonOptions.has(arguments, SYMMETRIC),
            standard.search(), standard.accuracy(), Keep.NONE);
    }

    private static StaticOptions ranges(ParseResult arguments) {
        var standard = StaticOptions.standard();
        var word = arguments.matchedOptionValue(METHOD, "min-max");
        var method = Arrays.stream(RangeMethod.values()).filter(each -> each.name().equalsIgnoreCase(word
            .replace('-', '_'))).findFirst().orElseThrow(() -> new UsageException(METHOD + " takes min-max, "
                + "percentile or "
            + "entropy, not '" + word + "'"));
        return new StaticOptions("int7".equals(arguments.matchedOptionValue(WEIGHTS, "int8")) ? WeightRange.INT7
            : standard.range(), !CommonOptions.has(arguments, PER_TENSOR), method, Keep.NONE);
    }
}
