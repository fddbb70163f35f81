/**
 * Finding things in what a detector gives: rectangles around regions of a probability map, and the best of many boxes that
 * overlap. Coordinates are those of the pixels' edges of the tensor that the model read. No state; any thread may use it.
 */
package dev.gpux.pipeline.detection;
