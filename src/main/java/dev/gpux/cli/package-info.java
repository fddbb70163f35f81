/**
 * The command line. {@link dev.gpux.cli.Main} picks the command by its first word and makes only that one, since a
 * command that is not used should not cost start-up time; each command is a class with its options and help, in the
 * package of its name, and {@link dev.gpux.cli.common.Failure} turns every exception into a message for people and an
 * exit code. A new command is one package and one line in {@link dev.gpux.cli.Commands}.
 *
 * <p>The packages use each other in one direction: this one → the commands → {@code argument} → {@code common}; of the
 * commands only {@code build} uses {@code pull}, {@code pull} uses {@code init}, and {@code optimize} reads many
 * inputs as
 * {@code run} does.
 *
 * <p>stdout carries what was asked for; with {@code --json} exactly one JSON document. Everything else goes to stderr.
 */
package dev.gpux.cli;
