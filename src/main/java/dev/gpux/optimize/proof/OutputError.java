package dev.gpux.optimize.proof;

import java.util.OptionalDouble;

/**
 * How far the answers of two models are apart in one output, over all items.
 *
 * @param name the output, or what a step made
 * @param largest the largest difference of two elements; infinite where shapes or kinds differ
 * @param mean the mean difference
 * @param cosine the cosine of the angle between the answers to one item, the smallest of all; 1 is the same direction
 * @param meanCosine its mean over the items
 * @param agreement the part of rows (along the last axis) whose largest element is at the same place, or of labels and
 *     texts that are the same; empty where there is nothing to choose from
 */
public record OutputError(String name, double largest, double mean, double cosine, double meanCosine,
                          OptionalDouble agreement) { }
