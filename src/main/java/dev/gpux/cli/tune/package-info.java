/** {@code gpux tune}: the fastest setting of a model on this machine. */
package dev.gpux.cli.tune;
