/**
 * The steps that turn a model's outputs into answers, one class each; the class comment of a step is its manual. All of
 * them have the parameters {@code output}, what they read (by default the only output that is left at their place), and
 * {@code as}, what they make of it.
 */
package dev.gpux.pipeline.step.output;
