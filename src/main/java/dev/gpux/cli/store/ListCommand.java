package dev.gpux.cli.store;

import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.store.Manifest;
import dev.gpux.store.Store;
import dev.gpux.store.StoreException;
import dev.gpux.store.Tagged;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux list}: what is in the store. */
public final class ListCommand implements Command {
    private static final List<String> HEADER = List.of("NAME", "TAG", "SIZE", "DIGEST", "AGE");

    /** One model of the list. */
    private record Row(Tagged tagged, Manifest manifest) { }

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("list", "List the models in the store.",
                "  gpux list", "  gpux list sentence-embedding", "  gpux list --json")
            .addPositional(CommonOptions.words("NAME", "0..*", "Only models of these names."));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var store = Store.local(System.getenv());
        var names = CommonOptions.words(arguments);
        var rows = new ArrayList<Row>();
        boolean sound = true;
        for (var tagged : store.list()) {
            if (names.isEmpty() || names.contains(tagged.name().name()) || names.contains(tagged.name().toString())) {
                var manifest = manifest(store, tagged);
                manifest.ifPresent(found -> rows.add(new Row(tagged, found)));
                if (manifest.isEmpty() && store.find(tagged.name()).isPresent()) {
                    sound = false;
                    damaged(terminal, tagged.name().toString());
                }
            }
        }
        for (var name : store.damaged()) {
            sound = false;
            damaged(terminal, name.toString());
        }
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            json(terminal, store, rows);
        } else {
            table(terminal, rows);
            if (rows.isEmpty() && !CommonOptions.has(arguments, CommonOptions.QUIET)) {
                terminal.err().println("the store " + store.home() + " has none; gpux build or gpux pull puts one in");
            }
        }
        return sound ? ExitCode.OK : ExitCode.INVALID;
    }

    private static Optional<Manifest> manifest(Store store, Tagged tagged) throws IOException {
        try {
            return store.manifest(tagged.bundle());
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    private static void damaged(Terminal terminal, String name) {
        terminal.err().println(terminal.red("gpux: ") + name + " is damaged; build or pull it again, or remove it with "
            + "'gpux rm " + name + "'");
    }

    private static void table(Terminal terminal, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var lines = new ArrayList<List<String>>();
        lines.add(HEADER);
        var now = Instant.now();
        rows.forEach(row -> lines.add(List.of(row.tagged().name().name(), row.tagged().name().tag(),
            Quantity.bytes(row.manifest().size()), row.tagged().bundle().abbreviated(),
            age(Duration.between(row.tagged().created(), now)))));
        for (int i = 0; i < lines.size(); i++) {
            var line = new StringBuilder();
            for (int column = 0; column < HEADER.size(); column++) {
                int at = column;
                int width = lines.stream().mapToInt(cells -> cells.get(at).length()).max().orElse(0);
                var cell = lines.get(i).get(column);
                line.append(cell).append(" ".repeat(width - cell.length() + 2));
            }
            var text = line.toString().stripTrailing();
            terminal.out().println(i == 0 ? terminal.dim(text) : text);
        }
    }

    /** As people say it: {@code 5 minutes}. */
    static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return "now";
        }
        if (seconds < 3600) {
            return several(seconds / 60, "minute");
        }
        return seconds < 86_400 ? several(seconds / 3600, "hour") : several(seconds / 86_400, "day");
    }

    private static String several(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    private static void json(Terminal terminal, Store store, List<Row> rows) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeStringField("store", store.home().toString());
            json.writeArrayFieldStart("models");
            for (var row : rows) {
                json.writeStartObject();
                json.writeStringField("name", row.tagged().name().name());
                json.writeStringField("tag", row.tagged().name().tag());
                json.writeNumberField("size", row.manifest().size());
                json.writeStringField("digest", row.tagged().bundle().toString());
                json.writeStringField("created", row.tagged().created().toString());
                json.writeNumberField("files", row.manifest().files().size());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
