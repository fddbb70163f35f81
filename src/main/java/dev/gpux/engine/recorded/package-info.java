/**
 * Recorded runs: where a model's execution provider records what a run launches on the GPU (CUDA with
 * {@code enable_cuda_graph}), the same launches are replayed at once for every later run on inputs of the same shapes.
 *
 * <p>{@link dev.gpux.engine.recorded.Recorder} is what a model has, {@link dev.gpux.engine.recorded.RecordedRuns} what
 * each of its threads has. Nothing is recorded for shapes that come once. The second run on the same shapes is done
 * both ways, and if the two answers differ, the recording is not used. What cannot be recorded is run plainly, and
 * {@link dev.gpux.engine.recorded.Recorder#notes()} says why.
 */
package dev.gpux.engine.recorded;
