/**
 * The commands that make a model smaller or faster, {@code gpux optimize} and {@code gpux quantize}. Both go the way of
 * {@link dev.gpux.cli.optimize.ChangedFile}: make the new model beside its place, compare it with the old one, say
 * what was found, and put it in its place only if it holds.
 */
package dev.gpux.cli.optimize;
