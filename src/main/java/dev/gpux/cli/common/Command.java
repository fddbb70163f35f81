package dev.gpux.cli.common;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command. */
public interface Command {
    /** Its options and parameters, its summary and examples. */
    CommandSpec spec();

    /** Whether a usual run of it calls ONNX Runtime. */
    default boolean callsOrt() {
        return false;
    }

    /**
     * Does it.
     *
     * @param arguments what was given
     * @param terminal where to read and write
     * @throws IOException if a disk or the net fails
     */
    ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException;
}
