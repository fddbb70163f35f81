package dev.gpux.pipeline.text;

import java.util.Arrays;

/**
 * A map from texts to non-negative numbers that is walked one UTF-16 unit at a time: no substring, no hash of a whole
 * word, and the longest prefix is found in one walk. Edges live in one open-addressing table, keyed by node and unit.
 * Filled once, then read by any number of threads.
 */
final class Trie {
    static final int ROOT = 0;
    static final int NONE = -1;
    private static final long EMPTY = -1;

    private long[] edges = new long[1 << 8];
    private int[] targets = new int[1 << 8];
    private int shift = Long.SIZE - 8;
    private int[] values = {NONE};
    private int nodes = 1;

    Trie() {
        Arrays.fill(edges, EMPTY);
    }

    /** Sets the value of a text; a later value replaces an earlier one. */
    void put(String text, int value) {
        put(text.toCharArray(), 0, text.length(), value);
    }

    /** Sets the value of {@code chars[from, to)}; a later value replaces an earlier one. */
    void put(char[] chars, int from, int to, int value) {
        int node = ROOT;
        for (int i = from; i < to; i++) {
            node = childOrNew(node, chars[i]);
        }
        values[node] = value;
    }

    /** The node behind the edge, or {@link #NONE}. */
    int child(int node, char unit) {
        long edge = (long) node << Character.SIZE | unit;
        int mask = edges.length - 1;
        for (int slot = slot(edge);; slot = slot + 1 & mask) {
            long found = edges[slot];
            if (found == edge) {
                return targets[slot];
            }
            if (found == EMPTY) {
                return NONE;
            }
        }
    }

    /** The value of the text that ends at the node, or {@link #NONE}. */
    int value(int node) {
        return values[node];
    }

    /** The node that a text leads to from another, or {@link #NONE}. */
    int walk(int from, CharSequence text) {
        int node = from;
        for (int i = 0; i < text.length() && node != NONE; i++) {
            node = child(node, text.charAt(i));
        }
        return node;
    }

    private int childOrNew(int node, char unit) {
        int child = child(node, unit);
        if (child != NONE) {
            return child;
        }
        if (2 * nodes >= edges.length) {
            grow();
        }
        if (nodes == values.length) {
            values = Arrays.copyOf(values, 2 * nodes);
            Arrays.fill(values, nodes, 2 * nodes, NONE);
        }
        insert((long) node << Character.SIZE | unit, nodes);
        return nodes++;
    }

    private void insert(long edge, int target) {
        int slot = slot(edge);
        while (edges[slot] != EMPTY) {
            slot = slot + 1 & edges.length - 1;
        }
        edges[slot] = edge;
        targets[slot] = target;
    }

    private void grow() {
        long[] oldEdges = edges;
        int[] oldTargets = targets;
        edges = new long[2 * oldEdges.length];
        targets = new int[2 * oldEdges.length];
        shift--;
        Arrays.fill(edges, EMPTY);
        for (int i = 0; i < oldEdges.length; i++) {
            if (oldEdges[i] != EMPTY) {
                insert(oldEdges[i], oldTargets[i]);
            }
        }
    }

    /** Fibonacci hashing: the high bits of the product depend on all bits of the edge. */
    private int slot(long edge) {
        return (int) (edge * 0x9E3779B97F4A7C15L >>> shift);
    }
}
