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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * ONNX reference cases: a folder with {@code model.onnx} and {@code test_data_set_N/{input,output}_M.pb}, the layout of
 * the ONNX project's backend tests and of its model zoo.
 */
final class ReferenceCases {
    private static final String MODEL = "model.onnx";
    private static final String DATA_SET = "test_data_set_";

    private final OpenOptions options;
    private final Tolerance tolerance;

    ReferenceCases(OpenOptions options, Tolerance tolerance) {
        this.options = options;
        this.tolerance = tolerance;
    }

    /** The folders with cases in and below {@code folder}, in the order of their names. */
    static List<Path> find(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(MODEL)).map(Path::getParent).sorted()
                .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the folder " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Runs the cases of one folder; what goes wrong with one is that one's result. */
    void run(Path folder, Consumer<VerifiedCase> results) {
        var name = folder.getFileName().toString();
        var sets = list(folder, DATA_SET);
        if (sets.isEmpty()) {
            results.accept(VerifiedCase.skipped(name, "there is no " + DATA_SET + "0"));
            return;
        }
        try (var model = Model.open(Gpuxfile.ofModel(folder.resolve(MODEL)), options);
             var _ = Interruption.ending(model::terminate)) {
            for (var set : sets) {
                results.accept(run(model, set, sets.size() == 1 ? name : name + "/" + set.getFileName()));
            }
        } catch (OrtException | ModelException e) {
            results.accept(VerifiedCase.failed(name, "it does not load: " + e.getMessage()));
        }
    }

    private VerifiedCase run(Model model, Path set, String name) {
        try (var arena = Arena.ofConfined()) {
            var inputs = read(arena, set, "input_", model.session().inputs());
            var expected = read(arena, set, "output_", model.session().outputs());
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
        return values;
    }

    private static List<Path> list(Path folder, String prefix) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the folder " + folder + ": " + e.getMessage(), e);
        }
    }
}
