package dev.gpux.cli;

import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Failure;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.PlainFactory;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Suggestion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code gpux}. */
public final class Main {
    private static final List<String> VERSION_FLAGS = List.of("--version", "-V");
    private static final List<String> HELP_FLAGS = List.of("--help", "-h", "help");

    private static final String BROKEN_PIPE = "Broken pipe";
    private static final long PATIENCE_NANOS = 200_000_000;

    static {
        // Types that no option has; picocli would look each of them up.
        System.setProperty("picocli.converters.excludes", "java\\.(sql|time)\\..*");
    }

    private Main() { }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        var terminal = Terminal.ofProcess(System.getenv());
        Interruption.listen();
        end(arrived(run(args, terminal), terminal), terminal);
    }

    /** A command whose output did not arrive has failed, unless its reader had enough ({@code | head}). */
    private static ExitCode arrived(ExitCode code, Terminal terminal) {
        terminal.out().flush();
        var problem = terminal.out().problem().map(IOException::getMessage).orElse(BROKEN_PIPE);
        if (problem.equals(BROKEN_PIPE) || code != ExitCode.OK) {
            return code;
        }
        terminal.err().println(terminal.red("gpux: ") + "standard output cannot be written: " + problem);
        return ExitCode.FAILED;
    }

    /** Ends the process, after what was printed. */
    static void end(ExitCode code, Terminal terminal) {
        terminal.out().flush();
        Interruption.commandIsOver();
        if (code != ExitCode.OK) {
            System.exit(code.code());
        }
        // Success is a return, which is faster: exit() first asks for a logger. But threads that somebody left running
        // have no say in when a command is over.
        if (!start("end", Main::endSoon)) {
            System.exit(ExitCode.OK.code());
        }
    }

    /** Starts what a command can do without; false where the system allows the process no more threads. */
    private static boolean start(String name, Runnable task) {
        try {
            Thread.ofPlatform().daemon().name(name).start(task);
            return true;
        } catch (OutOfMemoryError e) {
            return false;
        }
    }

    private static void endSoon() {
        LockSupport.parkNanos(PATIENCE_NANOS);
        System.exit(ExitCode.OK.code());
    }

    static ExitCode run(String[] args, Terminal terminal) {
        if (args.length == 0 || HELP_FLAGS.contains(args[0])) {
            return help(args, terminal);
        }
        var name = VERSION_FLAGS.contains(args[0]) ? "version" : args[0];
        var command = Commands.byName().get(name);
        if (command == null) {
            var hint = Suggestion.hint(name, Commands.byName().keySet());
            return usage(terminal, "there is no command '" + name + "'"
                + (hint.isEmpty() ? "; see gpux --help" : "; " + hint));
        }
        return execute(command.get(), Arrays.copyOfRange(args, 1, args.length), terminal);
    }

    private static void warmUp(Command command, String[] args) {
        try {
            command.warmUp(List.of(args));
        } catch (Throwable e) {
            // Whoever needs it meets the same, and can say what for.
        }
    }

    private static ExitCode execute(Command command, String[] args, Terminal terminal) {
        start("warm-up", () -> warmUp(command, args));
        // "@file" is an input's value here, not a file of arguments.
        var line = new CommandLine(command.spec(), new PlainFactory()).setExpandAtFiles(false);
        boolean verbose = false;
        try {
            var arguments = line.parseArgs(args);
            verbose = CommonOptions.has(arguments, CommonOptions.VERBOSE);
            if (CommonOptions.has(arguments, CommonOptions.HELP)) {
                line.usage(terminal.out(), CommandLine.Help.Ansi.OFF);
                return ExitCode.OK;
            }
            return command.execute(arguments, color(terminal,
                arguments.matchedOptionValue(CommonOptions.COLOR, "auto")));
        } catch (UnmatchedArgumentException e) {
            return usage(terminal, unmatched(e, line));
        } catch (ParameterException e) {
            return usage(terminal, e.getMessage());
        } catch (Throwable e) {
            // The last catch of the program: whatever it is, a person reads it.
            terminal.out().flush();
            if (Interruption.happened()) {
                terminal.err().println(terminal.red("gpux: ") + "interrupted");
                return ExitCode.INTERRUPTED;
            }
            var failure = Failure.of(e);
            terminal.err().println(terminal.red("gpux: ") + failure.message());
            if (verbose) {
                e.printStackTrace(terminal.err());
            }
            return failure.code();
        }
    }

    private static Terminal color(Terminal terminal, String when) {
        return switch (when) {
            case "auto" -> terminal;
            case "always" -> terminal.withColor(true);
            case "never" -> terminal.withColor(false);
            default -> throw new UsageException("--color takes auto, always or never, not '" + when + "'");
        };
    }

    private static String unmatched(UnmatchedArgumentException e, CommandLine line) {
        var argument = e.getUnmatched().getFirst();
        if (!argument.startsWith("-")) {
            return "what is '" + argument + "'? " + (line.getCommandSpec().optionsMap().containsKey("-i")
                ? line.getCommandName() + " takes one MODEL, and inputs with -i"
                : "see " + line.getCommandName() + " --help");
        }
        var hint = Suggestion.hint(argument, line.getCommandSpec().optionsMap().keySet());
        return "there is no option " + argument + "; "
            + (hint.isEmpty() ? "see " + line.getCommandName() + " --help" : hint);
    }

    private static ExitCode usage(Terminal terminal, String message) {
        terminal.err().println(terminal.red("gpux: ") + message);
        return ExitCode.USAGE;
    }

    private static ExitCode help(String[] args, Terminal terminal) {
        if (args.length > 1 && args[0].equals("help")) {
            return run(new String[] {args[1], CommonOptions.HELP}, terminal);
        }
        var out = terminal.out();
        out.println("Runs ONNX models, on the best device of this machine.");
        out.println();
        out.println("Usage: gpux COMMAND [MODEL] [options]");
        out.println();
        Commands.byName().forEach((name, command) -> out.printf("  %-12s%s%n", name,
            String.join(" ", command.get().spec().usageMessage().description())));
        out.println();
        out.println("MODEL is a GPUXfile, a folder with one, an .onnx or .ort file, or a name in the store; without "
            + "it, the");
        out.println("GPUXfile here. gpux COMMAND --help says more. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 invalid model or "
            + "input,");
        out.println("4 a required provider cannot be had, 5 a check did not hold, 130 interrupted.");
        return ExitCode.OK;
    }
}
