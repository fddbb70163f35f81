package dev.gpux.cli.argument;

import dev.gpux.cli.common.Failure;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.store.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** What MODEL means. */
public final class ModelArgument {
    private ModelArgument() { }

    /**
     * The GPUXfile of a GPUXfile, a folder, a model file or, where there is no such file, of a name in the store or of
     * an address that was pulled; without an argument, the one in the current folder.
     *
     * @throws ModelException if there is none
     */
    public static Gpuxfile read(Optional<String> argument) {
        if (argument.isEmpty()) {
            var here = Gpuxfile.locate(Path.of("")).or(() -> Gpuxfile.locate(Path.of(".")));
            return Gpuxfile.read(here.orElseThrow(() -> new ModelException("there is no GPUXfile in "
                + Path.of("").toAbsolutePath() + "; name a model (gpux run model.onnx) or go to a folder with one")));
        }
        if (argument.get().contains("://")) {
            return pulled(argument.get());
        }
        Path path;
        try {
            path = Path.of(argument.get());
        } catch (InvalidPathException e) {
            throw new ModelException("'" + argument.get() + "' is not a path on this system: " + e.getReason());
        }
        if (!Files.exists(path)) {
            return stored(argument.get(), path);
        }
        var file = Gpuxfile.locate(path).orElseThrow(() -> new ModelException("the folder '" + argument.get()
            + "' has no GPUXfile"));
            return Gpuxfile.isGpuxfile(file) ? Gpuxfile.read(file) : Gpuxfile.ofModel(file);
    }

    /** What was pulled from an address; nothing is fetched here, for that may take long and wants to be asked for. */
    private static Gpuxfile pulled(String argument) {
        ModelSource source;
        try {
            source = ModelSource.parse(argument);
        } catch (ModelSource.MalformedException e) {
            throw new UsageException(argument + ": " + e.getMessage());
        }
        try {
            var model = Store.local(System.getenv()).openPulled(source.toString()).orElseThrow(() -> new ModelException(
                "the model " + source + " is not on this machine; fetch it with 'gpux pull " + source + "'"));
            return ofBundle(argument, model);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("cannot read the store: " + Failure.of(e).message(), e);
    }

    private static Gpuxfile ofBundle(String argument, StoredModel model) {
        return Gpuxfile.read(Gpuxfile.locate(model.folder()).orElseThrow(() -> new ModelException("the model '"
            + argument + "' in the store has no GPUXfile")));
    }

    /** What the store has under a name; it stays in use until the process ends. */
    private static Gpuxfile stored(String argument, Path path) {
        var name = ModelName.parse(argument);
        if (name.isEmpty()) {
            throw new ModelException("there is no model '" + argument + "': no such file or folder" + neighbour(path));
        }
        try {
            var names = new StoreNames(Store.local(System.getenv()));
            var model = names.find(name.get()).orElseThrow(() -> {
                var hint = names.hint(name.get());
                return new ModelException("there is no model '" + argument + "': no such file or folder, and none in the "
                    + "store" + (hint.isEmpty() ? neighbour(path) : "; " + hint));
            });
            return ofBundle(argument, model);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The file beside {@code path} that was probably meant, for the end of a message. */
    private static String neighbour(Path path) {
        var folder = Optional.ofNullable(path.getParent()).orElse(Path.of("."));
        try (var files = Files.list(folder)) {
            var hint = Suggestion.hint(path.getFileName().toString(),
                files.map(file -> file.getFileName().toString()).sorted().toList());
            return hint.isEmpty() ? "" : "; " + hint;
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }
}
