/**
 * The command line. {@link dev.gpux.cli.Main} picks the command by its first word and makes only that one, since a
 * command that is not used should not cost start-up time; each command is a class with its options and help, and
 * {@link dev.gpux.cli.Failure} turns every exception into a message for people and an exit code.
 *
 * <p>stdout carries what was asked for; with {@code --json} exactly one JSON document. Everything else goes to stderr.
 */
package dev.gpux.cli;
