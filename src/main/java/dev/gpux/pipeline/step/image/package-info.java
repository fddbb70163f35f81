/**
 * The steps for pictures: {@code image} makes the model's tensor of one; {@code boxes}, {@code mask}, {@code text_regions}
 * and {@code ctc} make sense of what detectors, segmenters and readers give. The class comment of a step is its manual.
 */
package dev.gpux.pipeline.step.image;
