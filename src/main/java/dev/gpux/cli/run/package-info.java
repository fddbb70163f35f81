/**
 * {@code gpux run}: one run, or many: {@link dev.gpux.cli.run.ManyInputs} reads lines or folders, {@link
 * dev.gpux.cli.run.OrderedRun} keeps as many at work as the provider takes and answers in order.
 */
package dev.gpux.cli.run;
