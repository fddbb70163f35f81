package dev.gpux.cli.argument;

import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.Providers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code -p}, {@code --require} and {@code --strict}: what a model shall run on, the same for every command. */
public final class ProviderArguments {
    private static final String PROVIDERS = "--providers";
    private static final String REQUIRE = "--require";
    private static final String STRICT = "--strict";
    private static final String OPTION = "--provider-option";
    private static final List<String> KINDS = List.of("gpu", "npu");

    private ProviderArguments() { }

    public static void addTo(CommandSpec spec) {
        spec.addOption(CommonOptions.option(String.class, "NAMES", "Execution providers in the order of preference, "
            + "separated by commas (tensorrt,cuda,cpu), or auto for the best of this machine; 'gpux providers' shows "
            + "them.", "-p", PROVIDERS));
        addOptionTo(spec);
        spec.addOption(CommonOptions.option(String.class, "WHAT",
            "Fail with exit code 4 rather than run elsewhere: gpu, npu, or a provider's name.", REQUIRE));
        spec.addOption(CommonOptions.flag("Fail with exit code 4 if a single node is left to the CPU.", STRICT));
    }

    /** {@code --provider-option}, for a command whose {@code -p} is another one. */
    public static void addOptionTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(OPTION).paramLabel("NAME.KEY=VALUE").arity("1").type(List.class)
            .auxiliaryTypes(String.class).description("An option of an execution provider, over the GPUXfile's, "
                + "repeatable: cuda.enable_cuda_graph=true.").build());
    }

    /** {@code options} with the provider options of the command line. */
    public static OpenOptions applyOptions(ParseResult arguments, OpenOptions options) {
        var changed = options;
        for (var text : arguments.<List<String>>matchedOptionValue(OPTION, List.of())) {
            int dot = text.indexOf('.');
            int equals = text.indexOf('=', dot + 1);
            if (dot <= 0 || equals <= dot + 1) {
                throw new UsageException(OPTION + " takes NAME.KEY=VALUE such as cuda.enable_cuda_graph=true, not '"
                    + text + "'");
            }
            var name = text.substring(0, dot);
            check(name, OPTION);
            changed = changed.withProviderOptions(name, Map.of(text.substring(dot + 1, equals),
                text.substring(equals + 1)));
        }
        return changed;
    }

    /** Whether the command line says anything of providers. */
    public static boolean areIn(ParseResult arguments) {
        return CommonOptions.has(arguments, STRICT) || arguments.hasMatchedOption(PROVIDERS)
            || arguments.hasMatchedOption(REQUIRE) || arguments.hasMatchedOption(OPTION);
    }

    /** {@code options} with what the command line says. */
    public static OpenOptions apply(ParseResult arguments, OpenOptions options) {
        var changed = applyOptions(arguments, options.withStrict(CommonOptions.has(arguments, STRICT)));
        var providers = arguments.<String>matchedOptionValue(PROVIDERS, null);
        if (providers != null) {
            changed = changed.withProviders(names(providers));
        }
        var require = Optional.ofNullable(arguments.<String>matchedOptionValue(REQUIRE, null));
        require.filter(word -> !KINDS.contains(word)).ifPresent(word -> check(word, REQUIRE));
        return require.isPresent() ? changed.withRequire(require.get()) : changed;
    }

    /** The providers that {@code text} names. */
    public static List<String> names(String text) {
        var names = new ArrayList<String>();
        for (var part : text.split(",", -1)) {
            var name = part.strip();
            if (name.isEmpty()) {
                throw new UsageException("-p takes names separated by commas, not '" + text + "'");
            }
            if (!name.toLowerCase(Locale.ROOT).equals(OpenOptions.AUTO)) {
                check(name, "-p");
            } else if (!text.strip().equals(part.strip())) {
                throw new UsageException("-p auto stands alone, not in '" + text + "'");
            }
            names.add(name.toLowerCase(Locale.ROOT).equals(OpenOptions.AUTO) ? OpenOptions.AUTO : name);
        }
        return names;
    }

    private static void check(String name, String option) {
        try {
            Providers.named(name);
        } catch (ProviderException e) {
            var hint = Suggestion.hint(name, Providers.names());
            throw new UsageException(option + " " + name + ": " + (hint.isEmpty() ? e.getMessage()
                : "there is no such provider; " + hint));
        }
    }
}
