package dev.gpux.cli.inspect;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Terminal;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.ModelFile;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.ort.Environment;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.placement.ProviderReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux inspect}: what a model is, read from its file, whether or not ONNX Runtime would take it. */
public final class InspectCommand implements Command {
    private static final String LOAD = "--load";

    /**
     * What is known of a model.
     *
     * @param gpuxfile what names it
     * @param file its file
     * @param summary the facts in the file
     * @param memory what a run needs at least
     * @param check what is wrong with the file
     * @param load what ONNX Runtime says to it, if it was asked
     * @param where where its nodes would run, if that was asked
     */
    record Inspection(Gpuxfile gpuxfile, Path file, ModelSummary summary, MemoryEstimate memory,
                      ModelCheck check, Optional<String> load, Optional<ProviderReport> where) { }

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("inspect",
            "Show a model's inputs, outputs, operators, weights and what is wrong with it.",
            "  gpux inspect model.onnx", "  gpux inspect --json | jq .operators", "  gpux inspect model.onnx --load",
            "  gpux inspect model.onnx -p cuda -v                 which nodes CUDA would take, and why not the others"));
        spec.addOption(CommonOptions.flag("Also let ONNX Runtime load it, and say what it says.", LOAD));
        ProviderArguments.addTo(spec);
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        var file = ModelFile.locate(gpuxfile);
        boolean load = CommonOptions.has(arguments, LOAD);
        boolean where = ProviderArguments.areIn(arguments);
        if (load || where) {
            OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve));
        }
        try (var model = OnnxModel.open(file)) {
            var summary = ModelSummary.of(model);
            var inspection = new Inspection(gpuxfile, file, summary, MemoryEstimate.of(model, summary),
                ModelCheck.of(model), load ? Optional.of(load(file)) : Optional.empty(),
                where ? Optional.of(where(arguments, gpuxfile)) : Optional.empty());
            if (CommonOptions.has(arguments, CommonOptions.JSON)) {
                Json.print(terminal, json -> InspectionJson.write(json, inspection));
            } else {
                new InspectionPrinter(terminal, CommonOptions.has(arguments, CommonOptions.VERBOSE)).print(inspection);
            }
            return inspection.check().hasErrors() ? ExitCode.INVALID : ExitCode.OK;
        } catch (IOException e) {
            throw new ModelException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Asked for by naming providers, or what is required of them. */
    private static ProviderReport where(ParseResult arguments, Gpuxfile gpuxfile) {
        var options = ProviderArguments.apply(arguments, OpenOptions.standard().withExplain(true));
        try (var model = Model.open(gpuxfile, options)) {
            return model.report();
        }
    }

    private static String load(Path file) {
        var ort = "ONNX Runtime " + Environment.get().version();
        try (var options = new SessionOptions().graphOptimization(SessionOptions.GraphOptimization.NONE);
             var session = Session.open(file, options)) {
            return ort + " loads it: " + session.inputs().size() + " inputs, " + session.outputs().size() + " outputs";
        } catch (OrtException e) {
            return ort + " refuses it: " + e.getMessage();
        }
    }
}
