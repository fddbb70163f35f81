package dev.gpux.pipeline.text;

import java.util.Arrays;

/**
 * The best way so far to every place of a text (Viterbi): which token ends there, where it begins, and the sum of the
 * scores up to it.
 */
final class Lattice {
    private static final int UNREACHED = -1;

    private double[] scores = new double[64];
    private int[] starts = new int[64];
    private int[] ids = new int[64];
    private int[] ends = new int[64];

    void begin(int length) {
        if (length >= starts.length) {
            int capacity = Growth.capacity(starts.length, length + 1L);
            scores = new double[capacity];
            starts = new int[capacity];
            ids = new int[capacity];
            ends = new int[capacity];
        }
        Arrays.fill(starts, 0, length + 1, UNREACHED);
        scores[0] = 0;
    }

    double score(int place) {
        return scores[place];
    }

    /** Takes the token from start to end if there is no better way to its end; of equal ones the first stays. */
    void offer(int start, int end, int id, double score) {
        if (starts[end] == UNREACHED || score > scores[end]) {
            starts[end] = start;
            ids[end] = id;
            scores[end] = score;
        }
    }

    /** Goes back along the best way and notes where each token ends; adjacent unknown ones become one. */
    void link(int length, int unknown) {
        int end = length;
        while (end > 0) {
            int start = starts[end];
            while (ids[end] == unknown && start > 0 && ids[start] == unknown) {
                start = starts[start];
            }
            ends[start] = end;
            end = start;
        }
    }

    /** The end of the token that begins at a place of the best way. */
    int end(int start) {
        return ends[start];
    }
}
