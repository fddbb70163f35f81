package dev.gpux.cli.optimize;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.NewModelFile;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.proof.RandomInputs;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
     */
    record Context(Gpuxfile gpuxfile, Path file, OnnxModel model, Model opened, Evidence evidence, Prover prover,
                   ScratchFile scratch, NewModelFile target, boolean external) {
        /** Writes the new model to its target. */
        void write(OnnxModel changed) throws IOException {
            target.write(changed, external);
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
        var file = ModelFile.locate(gpuxfile);
        if (file.toString().endsWith(".ort")) {
            throw new OptimizeException(file + " is in ORT format, which cannot be changed any more; take the .onnx "
                + "file "
                + "that it was made from");
        }
        var target = arguments.target(file, suffix);
        ChangeReport report;
        List<String> violations;
        try (var model = OnnxModel.open(file)) {
            ModelCheck.of(model).requireNoErrors();
            try (var place = NewModelFile.at(target); var scratch = ScratchFile.in(place.folder());
                 var arena = Arena.ofShared(); var opened = Model.open(gpuxfile, arguments.open())) {
                var evidence = Evidence.of(arena, opened, arguments.inputs(arena, opened, terminal),
                    new RandomInputs(model, arguments.shapes()));
                var prover = new Prover(opened, bytes(file, model), evidence, arguments.open());
                var words = change.apply(new Context(gpuxfile, file, model, opened, evidence, prover, scratch, place,
                    arguments.external()));
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

    /** The bytes of a model with what lies beside it. */
    private static long bytes(Path file, OnnxModel model) throws IOException {
        long bytes = Files.size(file);
        for (var external : ModelSummary.of(model).externalFiles()) {
            bytes += Files.size(model.externalFile(external.location()));
        }
        return bytes;
    }
}
