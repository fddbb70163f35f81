package dev.gpux.optimize.calibrate;

/**
 * The numbers that integers shall cover; 0 is always among them.
 *
 * @param min at most 0
 * @param max at least 0
 */
public record Range(float min, float max) { }
