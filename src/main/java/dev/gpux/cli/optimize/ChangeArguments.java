package dev.gpux.cli.optimize;

import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.run.GivenItems;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.optimize.proof.Proof;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options of every command that changes a model: where it goes, what it is compared on, what must hold. */
final class ChangeArguments {
    private static final String INPUT = "--input";
    private static final String OUTPUT = "--output";
    private static final String SHAPE = "--shape";
    private static final String MIN_COSINE = "--min-cosine";
    private static final String MAX_ERROR = "--max-error";
    private static final String EXTERNAL = "--external-data";

    private final ParseResult arguments;

    ChangeArguments(ParseResult arguments) {
        this.arguments = arguments;
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(CommonOptions.option(Path.class, "FILE", "Where the new model goes; it appears there only if it "
            + "loads and holds.", "-o", OUTPUT));
        spec.addOption(list("NAME=VALUE", "Inputs to compare on, as 'gpux run' takes them: many as @FILE.ndjson, - or "
            + "NAME=@FOLDER. Without: the golden tests' ones, else the defaults, else random ones.", "-i", INPUT));
        spec.addOption(list("NAME=N,N…", "The shape of a random input, repeatable.", SHAPE));
        spec.addOption(CommonOptions.option(Double.class, "C", "Exit with 5, and write nothing, if an answer's "
            + "cosine to "
            + "the old one is smaller.", MIN_COSINE));
        spec.addOption(CommonOptions.option(Double.class, "E", "Exit with 5, and write nothing, if a number is further "
            + "from the old one.", MAX_ERROR));
        spec.addOption(CommonOptions.flag("Put large weights beside the model, into FILE.data.", EXTERNAL));
        ProviderArguments.addTo(spec);
    }

    static OptionSpec list(String label, String description, String... names) {
        return OptionSpec.builder(names).paramLabel(label).arity("1").type(List.class).auxiliaryTypes(String.class)
            .description(description).build();
    }

    ParseResult parsed() {
        return arguments;
    }

    /** Both models run with the same setting, whatever was tuned for the old one. */
    OpenOptions open() {
        return ProviderArguments.apply(arguments, OpenOptions.standard().withoutTuning());
    }

    boolean external() {
        return CommonOptions.has(arguments, EXTERNAL);
    }

    /** Where the new model goes: by default beside the old one, under a name that nothing has. */
    Path target(Path model, String suffix) {
        var given = arguments.<Path>matchedOptionValue(OUTPUT, null);
        if (given != null) {
            return given;
        }
        var name = model.getFileName().toString();
        int dot = name.lastIndexOf('.');
        var target = model.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + suffix);
        if (Files.exists(target)) {
            throw new UsageException("there is a file " + target + " already; say with -o where the new model goes");
        }
        return target;
    }

    Proof.Bar bar() {
        return new Proof.Bar(number(MIN_COSINE), number(MAX_ERROR));
    }

    private OptionalDouble number(String option) {
        var value = arguments.<Double>matchedOptionValue(option, null);
        if (value != null && Double.isNaN(value)) {
            throw new UsageException(option + " takes a number");
        }
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** The inputs given with {@code -i}. */
    List<Map<String, Input>> inputs(Arena arena, Model model, Terminal terminal) throws IOException {
        return GivenItems.read(arena, model, terminal, arguments.matchedOptionValue(INPUT, List.of()));
    }

    /** The shapes for random inputs. */
    Map<String, long[]> shapes() {
        var shapes = new HashMap<String, long[]>();
        for (var shape : arguments.<List<String>>matchedOptionValue(SHAPE, List.of())) {
            shapes.putAll(shape(SHAPE, shape, "="));
        }
        return shapes;
    }

    /** {@code NAME=1,3,224,224}. */
    static Map<String, long[]> shape(String option, String text, String separator) {
        int end = text.lastIndexOf(separator);
        try {
            var sizes = Arrays.stream(text.substring(end + 1).split(",")).map(String::strip).mapToLong(Long::parseLong)
                .toArray();
            if (end > 0 && Arrays.stream(sizes).allMatch(size -> size >= 0)) {
                return Map.of(text.substring(0, end), sizes);
            }
        } catch (NumberFormatException e) {
            // falls through to the same error
        }
        throw new UsageException(option + " takes NAME" + separator + "1,3,224,224, not '" + text + "'");
    }
}
