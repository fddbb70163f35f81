package dev.gpux.optimize.fp16;

import dev.gpux.optimize.quantize.Keep;

/**
 * What becomes {@code float16}.
 *
 * @param convertInterface whether inputs and outputs do; else they stay {@code float32}, and casts stand behind them
 * @param keep nodes that stay in {@code float32}
 */
public record HalfOptions(boolean convertInterface, Keep keep) { }
