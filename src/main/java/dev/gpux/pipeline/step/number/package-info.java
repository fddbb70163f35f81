/**
 * The steps that change numbers on their way to the model, one class each; the class comment of a step is its manual.
 *
 * <p>All of them read {@code input}, a tensor that a person gives or a step before makes (by default the only one there
 * is), and make {@code as}: by default the model's input, if it has only one that nothing else makes, else the same name. What becomes
 * the model's input is made in its dtype, as {@link dev.gpux.pipeline.number.Elements#set} rounds, right in the memory that the model
 * reads. Items of a batch are joined along the first dimension behind the last step.
 */
package dev.gpux.pipeline.step.number;
