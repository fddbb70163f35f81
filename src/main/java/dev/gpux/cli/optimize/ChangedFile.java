package dev.gpux.cli.optimize;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.run.GivenItems;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.calibrate.Calibration;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.NewModelFile;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.proof.RandomInputs;
import dev.gpux.optimize.quantize.Keep;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The way of every command that changes a model. */
final class ChangedFile {
    private final ChangeArguments arguments;
    private final Terminal terminal;
    private final Gpuxfile gpuxfile;

    /**
     * What a change may use.
     *
     * @param gpuxfile what names the model
     * @param file the model's file
     * @param model what is in the file
     * @param opened the model, ready to run
     * @param evidence what it is compared on
     * @param prover compares with it
     * @param scratch room for weights
     * @param target where the new model is written
     * @param external whether large weights go beside it
     * @param bytes the size of the model with what lies beside it
     */
    record Context(Gpuxfile gpuxfile, Path file, OnnxModel model, Model opened, Evidence evidence, Prover prover,
                   ScratchFile scratch, NewModelFile target, boolean external, long bytes) {
        /** Writes the new model to its target. */
        void write(OnnxModel changed) throws IOException {
            target.write(changed, external);
        }

        /** What values of the model are like on given inputs, or else on those that it is compared on. */
        Calibration calibrate(Terminal terminal, List<String> given, List<String> values, boolean grams)
            throws IOException {
            try (var arena = Arena.ofShared()) {
                var items = given.isEmpty() ? evidence.items()
                    : GivenItems.read(arena, opened, terminal, given);
                return grams ? Calibration.withGrams(model, opened, items, values, target.folder())
                    : Calibration.of(model, opened, items, values, target.folder());
            }
        }

        /** The nodes that shall stay as they are. */
        Keep keep(List<String> names) {
            var keep = new Keep(new HashSet<>(names));
            var unmatched = keep.unmatched(model.graph().nodes());
            if (!unmatched.isEmpty()) {
                throw new UsageException("--keep " + unmatched.getFirst() + ": no node has this name, output or "
                    + "operator; 'gpux diff -v' shows nodes");
            }
            return keep;
        }
    }

    /** Writes the new model to the context's target, and says in words what it did. */
    @FunctionalInterface
    interface Change {
        List<String> apply(Context context) throws IOException;
    }

    ChangedFile(ChangeArguments arguments, Terminal terminal, Gpuxfile gpuxfile) {
        this.arguments = arguments;
        this.terminal = terminal;
        this.gpuxfile = gpuxfile;
    }

    /**
     * Makes, compares, says, keeps.
     *
     * @param suffix what the new file's name ends with, if it is not given
     */
    ExitCode make(String suffix, Change change) throws IOException {
        return make(suffix, Map.of(), Map.of(), change);
    }

    /** As above, on random inputs of these shapes. */
    ExitCode make(String suffix, Map<String, long[]> fixed, Map<String, Long> dimensions, Change change)
        throws IOException {
        var file = ModelFile.locate(gpuxfile);
        if (file.toString().endsWith(".ort")) {
            throw new OptimizeException(file + " is in ORT format, which cannot be changed any more; take the .onnx "
                + "file "
                + "that it was made from");
        }
        var target = arguments.target(file, suffix);
        var shapes = new HashMap<>(arguments.shapes());
        shapes.putAll(fixed);
        ChangeReport report;
        List<String> violations;
        try (var model = OnnxModel.open(file)) {
            ModelCheck.of(model).requireNoErrors();
            try (var place = NewModelFile.at(target); var scratch = ScratchFile.in(place.folder());
                 var arena = Arena.ofShared(); var opened = Model.open(gpuxfile, arguments.open())) {
                var evidence = Evidence.of(arena, opened, arguments.inputs(arena, opened, terminal),
                    new RandomInputs(model, shapes, dimensions));
                var prover = new Prover(opened, ModelFile.bytes(file, model), evidence, arguments.open());
                var words = change.apply(new Context(gpuxfile, file, model, opened, evidence, prover, scratch, place,
                    arguments.external(), ModelFile.bytes(file, model)));
                var proof = prover.prove(place.file(), place.bytes());
                violations = proof.violations(arguments.bar());
                report = new ChangeReport(gpuxfile.name(), target, words, ModelSummary.of(model),
                    ChangeReport.summary(place.file()), proof, violations);
                if (violations.isEmpty()) {
                    place.keep();
                }
            }
        }
        if (CommonOptions.has(arguments.parsed(), CommonOptions.JSON)) {
            Json.print(terminal, report::write);
        } else if (!CommonOptions.has(arguments.parsed(), CommonOptions.QUIET) || !violations.isEmpty()) {
            report.print(terminal);
        }
        return violations.isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
    }
}
