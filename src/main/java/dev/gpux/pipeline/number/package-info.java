/**
 * Numbers of tensors, whatever their element type: {@link dev.gpux.pipeline.number.Elements} reads and writes single ones,
 * {@link dev.gpux.pipeline.number.Axis} walks along a dimension.
 */
package dev.gpux.pipeline.number;
