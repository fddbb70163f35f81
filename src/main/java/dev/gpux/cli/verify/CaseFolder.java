package dev.gpux.cli.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder with reference cases: a model and {@code test_data_set_N/{input,output}_M.pb}, the layout of the ONNX
 * project's backend tests ({@code model.onnx}) and of its model zoo (one {@code .onnx} of any name).
 *
 * @param path the folder
 * @param name what people call it: its path below the folder that they named
 * @param model the model's file
 */
record CaseFolder(Path path, String name, Path model) {
    private static final String MODEL = "model.onnx";
    private static final String SUFFIX = ".onnx";
    private static final String DATA_SET = "test_data_set_";

    /** The folders with cases in and below {@code root}, in the order of their names. */
    static List<CaseFolder> find(Path root) {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isDirectory).sorted().flatMap(folder -> in(root, folder).stream()).toList();
        } catch (IOException e) {
            throw unreadable(root, e);
        }
    }

    /** The cases of one folder, if there are any. */
    static Optional<CaseFolder> in(Path root, Path folder) {
        var name = root.equals(folder) ? folder.toAbsolutePath().normalize().getFileName() : root.relativize(folder);
        return model(folder).map(model -> new CaseFolder(folder, String.valueOf(name).replace('\\', '/'), model));
    }

    private static Optional<Path> model(Path folder) {
        var usual = folder.resolve(MODEL);
        if (Files.exists(usual)) {
            return Optional.of(usual);
        }
        if (!Files.isDirectory(folder.resolve(DATA_SET + 0))) {
            return Optional.empty();
        }
        var models = list(folder, "", SUFFIX);
        return models.size() == 1 ? Optional.of(models.getFirst()) : Optional.empty();
    }

    /** The folders with data, each of them a case. */
    List<Path> dataSets() {
        return list(path, DATA_SET, "");
    }

    private static List<Path> list(Path folder, String prefix, String suffix) {
        try (var files = Files.list(folder)) {
            var found = new ArrayList<Path>();
            files.filter(file -> file.getFileName().toString().startsWith(prefix)
                && file.getFileName().toString().endsWith(suffix)).sorted().forEach(found::add);
            return found;
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static UncheckedIOException unreadable(Path folder, IOException e) {
        return new UncheckedIOException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
}
