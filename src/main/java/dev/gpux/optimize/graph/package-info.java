/**
 * Changes to graphs: {@link dev.gpux.optimize.graph.GraphEditor} replaces nodes and weights,
 * {@link dev.gpux.optimize.graph.ShapeFixer} gives open dimensions a size, {@link dev.gpux.optimize.graph.Pruner} drops
 * what no output needs, and {@link dev.gpux.optimize.graph.GraphOptimizer} has ORT rewrite the graph and save it.
 */
package dev.gpux.optimize.graph;
