/**
 * What the arguments mean that several commands take: MODEL, {@code -i}, {@code -p} and {@code --ort}, and the names
 * of the store.
 */
package dev.gpux.cli.argument;
