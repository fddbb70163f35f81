package dev.gpux.pipeline.text;

import java.util.Arrays;

/**
 * The memory in which one piece of text is merged: its tokens as a linked list, and a heap of the merges that are
 * possible. Its cost is that of sorting: a piece may be a whole book.
 */
final class Merger {
    private static final int GONE = -1;
    private static final int END = -1;

    private int[] ids = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private int size;
    /** A binary heap of rank and place, packed: the lowest rank first, of equal ones the leftmost. */
    private long[] heap = new long[64];
    private int heapSize;

    void begin(int characters) {
        size = 0;
        heapSize = 0;
        reserve(characters);
    }

    void add(int id) {
        reserve(size + 1);
        ids[size] = id;
        previous[size] = size - 1;
        next[size] = size + 1;
        size++;
    }

    /** Merges what was added, and appends the result. */
    void mergeInto(MergeTable merges, Ints out) {
        if (size == 0) {
            return;
        }
        next[size - 1] = END;
        for (int i = 0; i + 1 < size; i++) {
            offer(i, merges);
        }
        while (heapSize > 0) {
            long top = poll();
            merge((int) top, (int) (top >>> Integer.SIZE), merges);
        }
        for (int i = 0; i != END; i = next[i]) {
            out.add(ids[i]);
        }
    }

    private void merge(int left, int rank, MergeTable merges) {
        int right = next[left];
        if (ids[left] == GONE || right == END) {
            return;
        }
        // An entry outlives the tokens it was made for; what stands there now counts if it makes the same token.
        int rankNow = merges.rank(ids[left], ids[right]);
        if (rankNow == MergeTable.NONE || merges.merged(rankNow) != merges.merged(rank)) {
            return;
        }
        ids[left] = merges.merged(rank);
        ids[right] = GONE;
        int after = next[right];
        next[left] = after;
        if (after != END) {
            previous[after] = left;
            offer(left, merges);
        }
        if (previous[left] >= 0) {
            offer(previous[left], merges);
        }
    }

    private void offer(int left, MergeTable merges) {
        int rank = merges.rank(ids[left], ids[next[left]]);
        if (rank != MergeTable.NONE) {
            push((long) rank << Integer.SIZE | left);
        }
    }

    private void push(long entry) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, Growth.capacity(heapSize, heapSize + 1L));
        }
        int at = heapSize++;
        while (at > 0 && heap[at - 1 >> 1] > entry) {
            heap[at] = heap[at - 1 >> 1];
            at = at - 1 >> 1;
        }
        heap[at] = entry;
    }

    private long poll() {
        long top = heap[0];
        long last = heap[--heapSize];
        int at = 0;
        for (int child = 1; child < heapSize; child = 2 * at + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (last <= heap[child]) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return top;
    }

    private void reserve(int capacity) {
        if (capacity > ids.length) {
            int grown = Growth.capacity(ids.length, capacity);
            ids = Arrays.copyOf(ids, grown);
            previous = Arrays.copyOf(previous, grown);
            next = Arrays.copyOf(next, grown);
        }
    }
}
