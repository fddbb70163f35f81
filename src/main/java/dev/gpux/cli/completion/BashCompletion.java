package dev.gpux.cli.completion;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completion in bash, without the bash-completion package. */
final class BashCompletion {
    private BashCompletion() { }

    static String script(Map<String, CommandSpec> commands) {
        var script = new StringBuilder("""
            # gpux completion bash
            _gpux() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options='' values=''
                COMPREPLY=()
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W '@COMMANDS help --help --version' -- "$current"))
                    return
                fi
                case ${COMP_WORDS[1]} in
            """.replace("@COMMANDS", String.join(" ", commands.keySet())));
        commands.forEach((name, spec) -> script.append("        ").append(name).append(") options='")
            .append(names(spec, false)).append("' values='").append(names(spec, true)).append("' ;;\n"));
        return script.append("""
                    help) COMPREPLY=($(compgen -W '@COMMANDS' -- "$current")); return ;;
                esac
                case $previous in
                    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$current")); return ;;
                    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$current")); return ;;
                esac
                case " $values " in
                    *" $previous "*) COMPREPLY=($(compgen -f -- "$current")); return ;;
                esac
                case $current in
                    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
                    *) COMPREPLY=($(compgen -f -- "$current")) ;;
                esac
            }
            complete -o filenames -F _gpux gpux ./gpux
            """.replace("@COMMANDS", String.join(" ", commands.keySet()))).toString();
    }

    /** The options' names, or those of the ones that take a value. */
    private static String names(CommandSpec spec, boolean withValue) {
        return spec.options().stream().filter(option -> !withValue || takesValue(option))
            .flatMap(option -> Arrays.stream(option.names())).collect(Collectors.joining(" "));
    }

    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }
}
