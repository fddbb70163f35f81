package dev.gpux.cli.serve;

import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.server.model.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code --model-dir} finds in a folder that somebody else has filled: KServe, which puts a model's files into
 * {@code /mnt/models}, or a person with a repository of models.
 *
 * <pre>
 * GPUXfile                    one model, called as it says
 * NAME.onnx …                 a model for each file
 * 1/model.onnx 2/model.onnx   versions of one model
 * NAME/…                      a folder for each model, with any of these in it
 * </pre>
 * The first of these that is there decides. Folders that begin with a dot are left alone (Kubernetes keeps the real files
 * of a mounted volume in one), as are those without a model, {@code lost+found} for example.
 */
final class ModelFolder {
    private static final String LAYOUTS = "; expected a GPUXfile, .onnx or .ort files, folders of versions (1, 2, …) or a "
        + "folder for each model";

    private ModelFolder() { }

    /** @throws ModelException if there is no model */
    static List<Source> of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ModelException("there is no folder " + folder);
        }
        var name = folder.toAbsolutePath().normalize().getFileName();
        var models = new ArrayList<>(model(folder, name == null ? "model" : name.toString(), false));
        if (models.isEmpty()) {
            for (var inside : folders(folder)) {
                if (Files.isReadable(inside)) {
                    models.addAll(model(inside, inside.getFileName().toString(), true));
                }
            }
        }
        if (models.isEmpty()) {
            throw new ModelException("the folder " + folder + " has no model" + LAYOUTS);
        }
        return models;
    }

    /**
     * The same models under a name; versions of one model share it.
     *
     * @throws UsageException if they are several models
     */
    static List<Source> renamed(List<Source> sources, String name) {
        boolean versions = sources.stream().allMatch(source -> isVersion(lastFolder(source)));
        if (sources.size() > 1 && !versions) {
            throw new UsageException(ServeArguments.MODEL_NAME + " " + name + " is the name of one model, and there are "
                + sources.size() + ": " + String.join(", ", sources.stream().map(Source::label).toList()));
        }
        return sources.stream().map(source -> new Source(source.label(),
            () -> source.gpuxfile().get().withName(name, Optional.empty()))).toList();
    }

    private static String lastFolder(Source source) {
        var folder = Path.of(source.label()).getParent();
        return folder == null || folder.getFileName() == null ? "" : folder.getFileName().toString();
    }

    /**
     * The model of a folder, its versions, or none.
     *
     * @param own whether the folder's name is the model's
     */
    private static List<Source> model(Path folder, String name, boolean own) throws IOException {
        var gpuxfile = Gpuxfile.locate(folder);
        if (gpuxfile.isPresent()) {
            return List.of(new Source(gpuxfile.get().toString(), () -> Gpuxfile.read(gpuxfile.get())));
        }
        var files = modelFiles(folder);
        if (files.size() == 1 && own) {
            return List.of(source(files.getFirst(), Optional.of(name), Optional.empty()));
        }
        if (!files.isEmpty()) {
            return files.stream().map(file -> source(file, Optional.empty(), Optional.empty())).toList();
        }
        var versions = new ArrayList<Source>();
        for (var version : folders(folder)) {
            var number = version.getFileName().toString();
            if (isVersion(number)) {
                var inside = Gpuxfile.locate(version);
                var found = inside.isPresent() ? List.of(inside.get()) : modelFiles(version);
                if (found.size() > 1) {
                    throw new ModelException("the version " + version + " has " + found.size() + " model files; expected "
                        + "one, or a GPUXfile that says which");
                }
                found.forEach(file -> versions.add(source(file, Optional.of(name), Optional.of(number))));
            }
        }
        return versions;
    }

    private static Source source(Path file, Optional<String> name, Optional<String> version) {
        return new Source(file.toString(), () -> {
            var gpuxfile = Gpuxfile.isGpuxfile(file) ? Gpuxfile.read(file) : Gpuxfile.ofModel(file);
            return name.isPresent() ? gpuxfile.withName(name.get(), version) : gpuxfile;
        });
    }

    private static boolean isVersion(String name) {
        return !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return visible(all).filter(Files::isDirectory).sorted().toList();
        }
    }

    private static List<Path> modelFiles(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return visible(all).filter(file -> {
                var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                return (name.endsWith(".onnx") || name.endsWith(".ort")) && Files.isRegularFile(file);
            }).sorted().toList();
        }
    }

    private static Stream<Path> visible(Stream<Path> paths) {
        return paths.filter(path -> !path.getFileName().toString().startsWith("."));
    }
}
