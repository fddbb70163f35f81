package dev.gpux.cli.run;

import dev.gpux.cli.argument.InputArguments;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Model;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All sets of inputs that {@code -i} arguments stand for, in memory: for who runs them more than once. */
public final class GivenItems {
    /** More inputs than this prove nothing more, and their tensors have to be somewhere. */
    private static final int MOST = 100_000;

    private GivenItems() { }

    /**
     * Reads them; none without arguments.
     *
     * @param arena where tensors live
     * @throws UsageException if the arguments hold no inputs
     */
    public static List<Map<String, Input>> read(Arena arena, Model model, Terminal terminal, List<String> given)
        throws IOException {
        if (given.isEmpty()) {
            return List.of();
        }
        var parser = new InputArguments(arena, model.inputs());
        var many = ManyInputs.among(given);
        if (many.isEmpty()) {
            return List.of(parser.parse(given));
        }
        var constant = parser.parse(many.get().constant());
        var items = new ArrayList<Map<String, Input>>();
        try (var source = many.get().open(terminal.in())) {
            for (var item = source.next(); item.isPresent() && items.size() < MOST; item = source.next()) {
                var inputs = new HashMap<>(constant);
                inputs.putAll(item.get().inputs(parser));
                items.add(inputs);
            }
        }
        if (items.isEmpty()) {
            throw new UsageException("-i " + many.get().argument() + " holds no inputs");
        }
        return items;
    }
}
