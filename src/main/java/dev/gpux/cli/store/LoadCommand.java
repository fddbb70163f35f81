package dev.gpux.cli.store;

import dev.gpux.cli.argument.StoreNames;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.store.Archive;
import dev.gpux.store.Store;
import dev.gpux.store.Tagged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux load}: models from a file that {@code gpux save} wrote. */
public final class LoadCommand implements Command {
    private static final String STDIN = "-";

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("load", "Put the models of a file into the store.",
                "  gpux load embedding.tar", "  gpux load - <embedding.tar")
            .addPositional(CommonOptions.words("FILE", "0..*", "A file that gpux save wrote; - is stdin."));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var words = CommonOptions.words(arguments);
        if (words.size() != 1) {
            throw new UsageException("gpux load takes one file: gpux load FILE");
        }
        var store = Store.local(System.getenv());
        var loaded = load(store, words.getFirst(), terminal);
        for (var model : loaded) {
            warn(store, model, terminal);
        }
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            StoredJson.print(terminal, loaded);
        } else {
            loaded.forEach(model -> terminal.out().println(model.name() + "  " + model.bundle().abbreviated()));
        }
        return ExitCode.OK;
    }

    private static List<Tagged> load(Store store, String from, Terminal terminal) throws IOException {
        if (from.equals(STDIN)) {
            return Archive.load(store, terminal.in(), Long.MAX_VALUE);
        }
        var file = Path.of(from);
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " is a folder; expected a file that gpux save wrote");
        }
        try (var in = Files.newInputStream(file)) {
            // A pipe has no length.
            return Archive.load(store, in, Files.isRegularFile(file) ? Files.size(file) : Long.MAX_VALUE);
        }
    }

    /** A model is data; a library beside it is a program of somebody else. */
    private static void warn(Store store, Tagged tagged, Terminal terminal) throws IOException {
        try (var model = new StoreNames(store).open(tagged.name())) {
            var gpuxfile = Gpuxfile.locate(model.folder());
            if (gpuxfile.isEmpty()) {
                terminal.err().println("note: " + tagged.name() + " has no GPUXfile and cannot be run");
                return;
            }
            var runtime = Gpuxfile.read(gpuxfile.get()).runtime();
            if (!runtime.customOps().isEmpty() || runtime.library().isPresent()) {
                terminal.err().println("note: " + tagged.name() + " brings or names native code (custom_ops, library), "
                    + "which runs with your rights; run it only if you trust where it comes from");
            }
        } catch (GpuxfileException e) {
            terminal.err().println("note: the GPUXfile of " + tagged.name() + " has an error: " + e.getMessage());
        }
    }
}
