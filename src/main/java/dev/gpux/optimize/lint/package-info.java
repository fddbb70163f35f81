/**
 * What will hurt: {@link dev.gpux.optimize.lint.Lint} reads a model's structure and names what costs time, memory or
 * portability, with what to do. What makes a model unusable is {@link dev.gpux.onnx.ModelCheck}'s matter.
 */
package dev.gpux.optimize.lint;
