package dev.gpux.cli.completion;

import dev.gpux.cli.common.CommonOptions;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion in zsh. */
final class ZshCompletion {
    private ZshCompletion() { }

    static String script(Map<String, CommandSpec> commands) {
        var script = new StringBuilder("#compdef gpux\n_gpux() {\n    local -a commands\n    commands=(\n");
        commands.forEach((name, spec) -> script.append("        '").append(name).append(':')
            .append(quoted(CompletionCommand.summary(spec.usageMessage().description()))).append("'\n"));
        script.append("        'help:Explain a command'\n    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n"
            + "    fi\n    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n");
        commands.forEach((name, spec) -> {
            script.append("        ").append(name).append(") _arguments");
            spec.options().forEach(option -> option(script, option));
            script.append(name.equals("completion") ? " '1:shell:(bash zsh fish)'" : " '*:file:_files'")
                .append(" ;;\n");
        });
        return script.append("        help) _describe command commands ;;\n    esac\n}\nif [ \"$funcstack[1]\" = _gpux ]; then\n    _gpux \"$@\"\nelse\n"
            + "    compdef _gpux gpux\nfi\n").toString();
    }

    private static void option(StringBuilder script, OptionSpec option) {
        for (var name : option.names()) {
            script.append(" '").append(option.isMultiValue() ? "*" : "").append(name).append('[')
                .append(quoted(CompletionCommand.summary(option.description()))).append(']');
            if (BashCompletion.takesValue(option)) {
                script.append(':').append(quoted(option.paramLabel())).append(':')
                    .append(name.equals(CommonOptions.COLOR) ? "(auto always never)" : "_files");
            }
            script.append('\'');
        }
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
            .replace("'", "'\\''");
    }
}
