package dev.gpux.optimize.diff;

/**
 * How often two models use an operator, subgraphs and functions included.
 *
 * @param operator its name, with the domain if that is not ONNX's own
 * @param before nodes of the first model
 * @param after nodes of the second
 */
public record OperatorChange(String operator, long before, long after) { }
