package dev.gpux.cli.completion;

import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux completion}: what a shell needs to complete commands and options, made of the commands themselves. */
public final class CompletionCommand implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final Map<String, Supplier<Command>> program;

    /** @param program every command by name, in the order of the help */
    public CompletionCommand(Map<String, Supplier<Command>> program) {
        this.program = program;
    }

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.command("completion", "Print a script that makes a shell complete gpux commands.",
            "  source <(gpux completion bash)                          in ~/.bashrc",
            "  gpux completion zsh >\"${fpath[1]}/_gpux\"                once",
            "  gpux completion fish >~/.config/fish/completions/gpux.fish");
        spec.addPositional(PositionalParamSpec.builder().index("0").arity("1").paramLabel("SHELL").type(String.class)
            .description("bash, zsh or fish.").build());
        return spec;
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) {
        var shell = arguments.<String>matchedPositionalValue(0, "");
        var commands = new LinkedHashMap<String, CommandSpec>();
        program.forEach((name, command) -> commands.put(name, command.get().spec()));
        terminal.out().print(script(shell, commands));
        return ExitCode.OK;
    }

    private static String script(String shell, Map<String, CommandSpec> commands) {
        return switch (shell) {
            case "bash" -> BashCompletion.script(commands);
            case "zsh" -> ZshCompletion.script(commands);
            case "fish" -> FishCompletion.script(commands);
            default -> {
                var hint = Suggestion.hint(shell, SHELLS);
                throw new UsageException("completion takes bash, zsh or fish, not '" + shell + "'"
                    + (hint.isEmpty() ? "" : "; " + hint));
            }
        };
    }

    /** The first sentence of a description, without the full stop: a list has no room for more. */
    static String summary(String[] description) {
        var text = String.join(" ", description);
        int end = text.indexOf(". ");
        var sentence = end < 0 ? text : text.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
}
