/**
 * {@code gpux completion}: scripts for shells, made of the commands' own options.
 */
package dev.gpux.cli.completion;
