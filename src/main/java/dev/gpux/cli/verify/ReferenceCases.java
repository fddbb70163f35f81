package dev.gpux.cli.verify;

import dev.gpux.cli.common.Interruption;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.tensorio.TensorFiles;
import dev.gpux.tensorio.TensorFormatException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Runs reference cases in this process. */
final class ReferenceCases implements CaseRunner {
    private static final String INPUT = "input_";
    private static final String OUTPUT = "output_";

    private final OpenOptions options;
    private final Tolerance tolerance;

    ReferenceCases(OpenOptions options, Tolerance tolerance) {
        this.options = options;
        this.tolerance = tolerance;
    }

    @Override
    public List<VerifiedCase> run(CaseFolder folder) {
        var sets = folder.dataSets();
        if (sets.isEmpty()) {
            return List.of(VerifiedCase.skipped(folder.name(), "there is no test_data_set_0"));
        }
        var results = new ArrayList<VerifiedCase>();
        long start = System.nanoTime();
        try (var model = Model.open(Gpuxfile.ofModel(folder.model()), options);
             var _ = Interruption.ending(model::terminate)) {
            for (var set : sets) {
                var name = sets.size() == 1 ? folder.name() : folder.name() + "/" + set.getFileName();
                results.add(run(model, set, name).took(System.nanoTime() - start));
                start = System.nanoTime();
            }
        } catch (OrtException | ModelException e) {
            results.add(VerifiedCase.failed(folder.name(), "it does not load: " + e.getMessage())
                .took(System.nanoTime() - start));
        }
        return results;
    }

    private VerifiedCase run(Model model, Path set, String name) {
        try (var arena = Arena.ofConfined()) {
            var inputs = read(arena, set, INPUT, model.session().inputs());
            var expected = read(arena, set, OUTPUT, model.session().outputs());
            if (expected.isEmpty()) {
                return VerifiedCase.skipped(name, "there is no output_0.pb");
            }
            var actual = model.session().run(arena, inputs);
            for (var output : expected.entrySet()) {
                var difference = tolerance.difference(output.getKey(), output.getValue(),
                    actual.getOrDefault(output.getKey(), OptionalValue.EMPTY));
                if (difference.isPresent()) {
                    return VerifiedCase.failed(name, difference.get());
                }
            }
            return VerifiedCase.passed(name);
        } catch (OrtException | TensorException | TensorFormatException e) {
            if (Interruption.happened()) {
                throw e;
            }
            return VerifiedCase.failed(name, e.getMessage());
        }
    }

    /** The values of a set: file M holds the Mth of {@code infos}. */
    private static SequencedMap<String, Value> read(Arena arena, Path set, String prefix, List<ValueInfo> infos) {
        var values = new LinkedHashMap<String, Value>();
        for (int i = 0; i < infos.size(); i++) {
            var file = set.resolve(prefix + i + ".pb");
            if (Files.exists(file)) {
                values.put(infos.get(i).name(), TensorFiles.read(arena, file, infos.get(i)));
            }
        }
        var surplus = set.resolve(prefix + infos.size() + ".pb");
        if (Files.exists(surplus)) {
            throw new TensorFormatException(surplus + ": the model has only " + infos.size()
                + (prefix.equals(INPUT) ? " inputs" : " outputs"));
        }
        return values;
    }
}
