package dev.gpux.cli.common;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command. */
public interface Command {
    /** Its options and parameters, its summary and examples. */
    CommandSpec spec();

    /**
     * What Java takes milliseconds to make ready and a usual run will need; on a thread of its own, while the command line
     * is read. Changes nothing that could be seen.
     *
     * @param arguments what was given, unread
     */
    default void warmUp(List<String> arguments) { }

    /**
     * Does it.
     *
     * @param arguments what was given
     * @param terminal where to read and write
     * @throws IOException if a disk or the net fails
     */
    ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException;
}
