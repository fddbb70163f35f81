package dev.gpux.cli.store;

import dev.gpux.cli.argument.StoreNames;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Failure;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.store.Archive;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux save}: models in one file. */
public final class SaveCommand implements Command {
    private static final String OUTPUT = "--output";
    private static final String STDOUT = "-";

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("save", "Write models into one file, for another machine.",
                "  gpux save sentence-embedding:1.0.0 -o embedding.tar",
                "  gpux save sentence-embedding -o - | ssh host gpux load -")
            .addPositional(CommonOptions.words("NAME[:TAG]", "0..*", "The models."))
            .addOption(CommonOptions.option(String.class, "FILE", "Where to write; - is stdout.", "-o", OUTPUT));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var output = arguments.<String>matchedOptionValue(OUTPUT, "");
        if (CommonOptions.words(arguments).isEmpty() || output.isEmpty()) {
            throw new UsageException("gpux save takes models and a file: gpux save NAME[:TAG] -o FILE");
        }
        var store = Store.local(System.getenv());
        var names = new ArrayList<ModelName>();
        for (var word : CommonOptions.words(arguments)) {
            var name = StoreNames.parse(word);
            new StoreNames(store).require(name);
            names.add(name);
        }
        if (output.equals(STDOUT)) {
            toStdout(arguments, terminal, store, names);
            return ExitCode.OK;
        }
        var file = Path.of(output);
        toFile(store, names, file);
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            long size = Files.size(file);
            Json.print(terminal, json -> {
                json.writeStartObject();
                json.writeStringField("file", file.toAbsolutePath().toString());
                json.writeNumberField("size", size);
                json.writeEndObject();
            });
        } else if (!CommonOptions.has(arguments, CommonOptions.QUIET)) {
            terminal.err().println("wrote " + file + ", " + Quantity.bytes(Files.size(file)));
        }
        return ExitCode.OK;
    }

    private static void toStdout(ParseResult arguments, Terminal terminal, Store store, List<ModelName> names)
        throws IOException {
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            throw new UsageException("--json and -o - both want stdout");
        }
        if ("1".equals(System.getenv("GPUX_TTY"))) {
            throw new UsageException("stdout is a terminal; send it somewhere: gpux save … -o - >FILE");
        }
        Archive.save(store, names, terminal.out());
        if (terminal.out().checkError()) {
            throw new IOException("stdout was closed before everything was written");
        }
    }

    /** The file appears when it is whole. */
    private static void toFile(Store store, List<ModelName> names, Path file) throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new UsageException("there is no folder " + folder);
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UsageException(file + " is no file; name one, or - for stdout");
        }
        var part = folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            try (var channel = FileChannel.open(part, StandardOpenOption.CREATE,
                     StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
                 OutputStream out = Channels.newOutputStream(channel)) {
                Archive.save(store, names, out);
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Failure.of(e).message(), e);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
