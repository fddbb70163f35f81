package dev.gpux.cli.common;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The options that several commands share, so that they are called the same everywhere. */
public final class CommonOptions {
    public static final String HELP = "--help";
    public static final String JSON = "--json";
    public static final String VERBOSE = "--verbose";
    public static final String QUIET = "--quiet";
    public static final String COLOR = "--color";
    static final String MODEL = "--model";
    public static final String ORT = "--ort";

    private CommonOptions() { }

    /** A command with a summary and examples, and the options that every command has. */
    public static CommandSpec command(String name, String summary, String... examples) {
        var spec = CommandSpec.wrapWithoutInspection(null, new PlainFactory()).name("gpux " + name);
        spec.usageMessage().description(summary);
        if (examples.length > 0) {
            spec.usageMessage().footerHeading("%nExamples:%n");
            spec.usageMessage().footer(examples);
        }
        spec.addOption(flag("Show this help.", "-h", HELP));
        spec.addOption(flag("Print one JSON document to stdout and nothing else there.", JSON));
        spec.addOption(flag("Say more; show stack traces.", "-v", VERBOSE));
        spec.addOption(flag("Say nothing but the result.", "-q", QUIET));
        spec.addOption(option(String.class, "WHEN", "Colour: auto, always or never.", COLOR));
        return spec;
    }

    /** Adds MODEL, {@code -m} and {@code --ort}. */
    public static CommandSpec withModel(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder().index("0").arity("0..1").paramLabel("MODEL")
            .type(String.class).description("A GPUXfile, a folder with one, an .onnx or .ort file, or a name "
                + "in the store; by default the GPUXfile here.").build());
        spec.addOption(option(String.class, "MODEL", "The same as MODEL.", "-m", MODEL));
        spec.addOption(option(Path.class, "PATH",
            "The ONNX Runtime to use: a library file, a folder, or an archive with one.", ORT));
        return spec;
    }

    /** Words that are not options. */
    public static PositionalParamSpec words(String label, String arity, String description) {
        return PositionalParamSpec.builder().index("0..*").arity(arity).paramLabel(label).type(List.class)
            .auxiliaryTypes(String.class).description(description).build();
    }

    /** The words that are not options. */
    public static List<String> words(ParseResult arguments) {
        return arguments.matchedPositionalValue(0, List.of());
    }

    public static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names).type(boolean.class).arity("0").description(description).build();
    }

    public static OptionSpec option(Class<?> type, String label, String description, String... names) {
        return OptionSpec.builder(names).type(type).arity("1").paramLabel(label).description(description)
            .build();
    }

    /** The model that was named, if any. */
    public static Optional<String> model(ParseResult arguments) {
        var option = Optional.ofNullable(arguments.<String>matchedOptionValue(MODEL, null));
        var positional = Optional.ofNullable(arguments.<String>matchedPositionalValue(0, null));
        if (option.isPresent() && positional.isPresent() && !option.equals(positional)) {
            throw new UsageException("two models were named: " + positional.get() + " and -m " + option.get());
        }
        return option.or(() -> positional);
    }

    public static boolean has(ParseResult arguments, String name) {
        return arguments.matchedOptionValue(name, false);
    }
}
