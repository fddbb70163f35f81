/**
 * Changes to graphs: {@link dev.gpux.optimize.graph.GraphEditor} replaces nodes and weights.
 */
package dev.gpux.optimize.graph;
