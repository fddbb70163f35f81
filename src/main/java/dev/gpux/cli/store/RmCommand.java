package dev.gpux.cli.store;

import dev.gpux.cli.argument.StoreNames;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Json;
import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.store.Collected;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.store.Tagged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux rm}: removes names, and what nothing else needs. */
public final class RmCommand implements Command {
    private static final String ALL = "--all-tags";
    private static final String PRUNE = "--prune";

    @Override
    public CommandSpec spec() {
        return CommonOptions.command("rm", "Remove models from the store, and free what nothing else needs.",
                "  gpux rm sentence-embedding:1.0.0",
                "  gpux rm sentence-embedding              the tag 'latest'",
                "  gpux rm sentence-embedding --all-tags",
                "  gpux rm --prune                         only what was left behind: cut downloads, killed builds")
            .addPositional(CommonOptions.words("NAME[:TAG]", "0..*", "What to remove."))
            .addOption(CommonOptions.flag("Every tag of the names.", "-a", ALL))
            .addOption(CommonOptions.flag("Remove no name, only what no name leads to.", PRUNE));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var words = CommonOptions.words(arguments);
        if (words.isEmpty() != CommonOptions.has(arguments, PRUNE)) {
            throw new UsageException(words.isEmpty() ? "which model? gpux rm NAME[:TAG]; gpux list shows them"
                : "--prune takes no names");
        }
        var store = Store.local(System.getenv());
        var names = names(store, words, CommonOptions.has(arguments, ALL));
        var collected = store.remove(names);
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            json(terminal, names, collected);
            return ExitCode.OK;
        }
        names.forEach(name -> terminal.out().println("removed " + name));
        if (!CommonOptions.has(arguments, CommonOptions.QUIET)) {
            terminal.out().flush();
            say(terminal, store, names, collected);
        }
        return ExitCode.OK;
    }

    private static List<ModelName> names(Store store, List<String> words, boolean allTags) throws IOException {
        var names = new TreeSet<ModelName>();
        for (var word : words) {
            var name = StoreNames.parse(word);
            var tags = allTags ? all(store).filter(other -> other.name().equals(name.name())).toList()
                : List.<ModelName>of();
            if (allTags && word.contains(":")) {
                throw new UsageException(ALL + " takes names without a tag, not " + word);
            }
            if (tags.isEmpty()) {
                new StoreNames(store).require(name);
                names.add(name);
            }
            names.addAll(tags);
        }
        return List.copyOf(names);
    }

    private static Stream<ModelName> all(Store store) throws IOException {
        return Stream.concat(store.list().stream().map(Tagged::name), store.damaged().stream());
    }

    private static void say(Terminal terminal, Store store, List<ModelName> names, Collected collected)
        throws IOException {
        terminal.err().println("freed " + Quantity.bytes(collected.bytes()));
        if (collected.inUse() > 0) {
            terminal.err().println("a process still uses what was removed; the next rm after its end frees it");
        }
        var removed = names.stream().map(ModelName::name).toList();
        var others = new ArrayList<String>();
        all(store).filter(other -> removed.contains(other.name())).forEach(other -> others.add(other.toString()));
        if (!others.isEmpty()) {
            terminal.err().println("still there: " + String.join(", ", others));
        }
    }

    private static void json(Terminal terminal, List<ModelName> names, Collected collected) {
        Json.print(terminal, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("removed");
            for (var name : names) {
                json.writeString(name.toString());
            }
            json.writeEndArray();
            json.writeNumberField("freed", collected.bytes());
            json.writeNumberField("in_use", collected.inUse());
            json.writeEndObject();
        });
    }
}
