/**
 * What every command is made of, and what several of them share: {@link dev.gpux.cli.common.Command} and its
 * options, exit codes and failures, the terminal, JSON for machines, quantities for people, Ctrl-C. It knows no
 * command.
 */
package dev.gpux.cli.common;
