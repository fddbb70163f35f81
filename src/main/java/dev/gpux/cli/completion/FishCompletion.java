package dev.gpux.cli.completion;

import dev.gpux.cli.common.CommonOptions;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion in fish. */
final class FishCompletion {
    private FishCompletion() { }

    static String script(Map<String, CommandSpec> commands) {
        var script = new StringBuilder("# gpux completion fish\n");
        commands.forEach((name, spec) -> {
            script.append("complete -c gpux -f -n __fish_use_subcommand -a ").append(name).append(" -d ")
                .append(quoted(CompletionCommand.summary(spec.usageMessage().description()))).append('\n');
            spec.options().forEach(option -> option(script, name, option));
        });
        return script.append("complete -c gpux -f -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n")
            .append("complete -c gpux -f -n __fish_use_subcommand -a help -d 'Explain a command'\n")
            .append("complete -c gpux -f -n '__fish_seen_subcommand_from help' -a '")
            .append(String.join(" ", commands.keySet())).append("'\n").toString();
    }

    private static void option(StringBuilder script, String command, OptionSpec option) {
        script.append("complete -c gpux -n '__fish_seen_subcommand_from ").append(command).append('\'');
        for (var name : option.names()) {
            script.append(name.startsWith("--") ? " -l " : " -s ").append(name.substring(name.startsWith("--") ? 2 : 1));
        }
        if (BashCompletion.takesValue(option)) {
            script.append(option.names()[option.names().length - 1].equals(CommonOptions.COLOR)
                ? " -x -a 'auto always never'" : " -r");
        }
        script.append(" -d ").append(quoted(CompletionCommand.summary(option.description()))).append('\n');
    }

    private static String quoted(String text) {
        return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
    }
}
