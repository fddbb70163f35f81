/**
 * What stands between a person and a model: steps that turn text, pictures, sounds and numbers into the model's input
 * tensors, and its output tensors into answers.
 *
 * <p>A GPUXfile names the steps ({@code preprocess:}, {@code postprocess:}); {@code dev.gpux.pipeline.step} has one class
 * a step, with its parameters, over the algorithms of {@code dev.gpux.pipeline.text} and its siblings. A step is made once
 * for a model, checks there and then that it fits it, and is used by all threads afterwards; what belongs to one run lives
 * in the {@link dev.gpux.pipeline.Batch}, whose arena holds the tensors. A step writes straight into the native memory
 * that the model reads.
 *
 * <h2>A step of your own</h2>
 * Implement {@link dev.gpux.pipeline.StepProvider} and name the class in
 * {@code META-INF/services/dev.gpux.pipeline.StepProvider}; then the GPUXfile may use its name.
 */
package dev.gpux.pipeline;
