/**
 * What the values inside a model are like on real inputs: {@link dev.gpux.optimize.calibrate.Calibration} runs the
 * model with these values as outputs and keeps a {@link dev.gpux.optimize.calibrate.Histogram} of each, of which a
 * {@link dev.gpux.optimize.calibrate.RangeMethod} makes the range that integers shall cover.
 */
package dev.gpux.optimize.calibrate;
