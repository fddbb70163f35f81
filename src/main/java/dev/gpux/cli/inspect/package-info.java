/**
 * {@code gpux inspect}: what is in a model's file, without running it.
 */
package dev.gpux.cli.inspect;
