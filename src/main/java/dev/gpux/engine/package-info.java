/**
 * A GPUXfile, its model's session and its pipeline, put together: {@link dev.gpux.engine.Model} is a model ready to run.
 *
 * <p>{@link dev.gpux.engine.Model#open} checks everything that can be checked before the first run: the model's file and
 * its digest, the steps' parameters, that every input of the model is made by a step or given by a person. What a person
 * gives is described by {@link dev.gpux.engine.InputSlot}s; {@link dev.gpux.engine.Model#run} takes it, one item or a
 * batch, and gives {@link dev.gpux.engine.Outcome}s.
 *
 * <p>{@link dev.gpux.engine.Model#run} is for any thread and any once. Who runs a model again and again makes a
 * {@link dev.gpux.engine.ModelRunner} on each of its threads: where the provider records runs (CUDA with
 * {@code enable_cuda_graph}), shapes that come again are replayed, see {@link dev.gpux.engine.recorded}.
 *
 * <p>Errors: {@link dev.gpux.gpuxfile.GpuxfileException} with its place in the file, {@link dev.gpux.engine.ModelException}
 * for the model's file, {@link dev.gpux.pipeline.PipelineException} for what was given,
 * {@link dev.gpux.ort.OrtException} where ORT failed.
 */
package dev.gpux.engine;
