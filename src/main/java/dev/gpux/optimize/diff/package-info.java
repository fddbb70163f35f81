/**
 * What differs between two models: {@link dev.gpux.optimize.diff.ModelDiff} compares facts, inputs, outputs, nodes and
 * weights, the last by their norms. Nodes are matched by name, those without by their first output; weights by name.
 */
package dev.gpux.optimize.diff;
