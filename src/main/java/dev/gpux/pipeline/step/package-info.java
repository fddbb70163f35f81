/**
 * The steps that a GPUXfile can name, one class each; {@link dev.gpux.pipeline.step.StepCatalogue} finds them by name.
 * The class comment of a step is its manual.
 */
package dev.gpux.pipeline.step;
