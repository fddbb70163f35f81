/**
 * Weights and activations as small integers: {@link dev.gpux.optimize.quantize.DynamicQuantizer} (int8, activations as
 * they come), {@link dev.gpux.optimize.quantize.BlockQuantizer} (weights alone, 4 or 8 bits in blocks) and
 * {@link dev.gpux.optimize.quantize.StaticQuantizer} (int8, activations in ranges measured before).
 *
 * <p>A real number {@code x} becomes {@code q = clamp(round(x / scale) + zeroPoint)} with ties to even, as ONNX has it,
 * and comes back as {@code (q - zeroPoint) * scale}. Weights are read where they lie in the file and written to a
 * {@link dev.gpux.optimize.ScratchFile}, one after the other, so that heap is needed for the structure only.
 */
package dev.gpux.optimize.quantize;
