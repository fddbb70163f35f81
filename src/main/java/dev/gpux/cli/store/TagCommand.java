package dev.gpux.cli.store;

import dev.gpux.cli.argument.StoreNames;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.store.Store;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux tag}: another name for a model of the store. */
public final class TagCommand implements Command {
    @Override
    public CommandSpec spec() {
        return CommonOptions.command("tag", "Give a model in the store another name.",
                "  gpux tag sentence-embedding:1.0.0 sentence-embedding:stable")
            .addPositional(CommonOptions.words("NAME[:TAG]", "0..*", "The model, then its new name."));
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var words = CommonOptions.words(arguments);
        if (words.size() != 2) {
            throw new UsageException("gpux tag takes a model and its new name: gpux tag NAME[:TAG] NAME[:TAG]");
        }
        var store = Store.local(System.getenv());
        var from = StoreNames.parse(words.get(0));
        var to = StoreNames.parse(words.get(1));
        new StoreNames(store).require(from);
        var tagged = store.tag(from, to);
        if (CommonOptions.has(arguments, CommonOptions.JSON)) {
            StoredJson.print(terminal, List.of(tagged));
        } else {
            terminal.out().println(tagged.name() + "  " + tagged.bundle().abbreviated());
        }
        return ExitCode.OK;
    }
}
