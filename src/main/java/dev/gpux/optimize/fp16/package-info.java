/**
 * Weights and graphs in {@code float16}: {@link dev.gpux.optimize.fp16.HalfConverter}.
 */
package dev.gpux.optimize.fp16;
