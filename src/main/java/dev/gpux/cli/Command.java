package dev.gpux.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command. */
interface Command {
    /** Its options and parameters, its summary and examples. */
    CommandSpec spec();

    /**
     * Does it.
     *
     * @param arguments what was given
     * @param terminal where to read and write
     */
    ExitCode execute(ParseResult arguments, Terminal terminal);
}
