/**
 * The steps that turn sounds into what a model listens to, one class each; the class comment of a step is its manual. A
 * usual list is {@code waveform}, then {@code log_mel}, {@code frames}, {@code chunk} or {@code pad}.
 */
package dev.gpux.pipeline.step.audio;
