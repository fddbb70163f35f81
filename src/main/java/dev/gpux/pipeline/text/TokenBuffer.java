package dev.gpux.pipeline.text;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * Rows of token ids, and the scratch memory for making them. Meant to be kept and reused ({@link #clear()}): its arrays
 * grow to what the texts need and then stay, so that encoding allocates nothing. Not thread-safe: one per thread.
 *
 * <p>The rows are as long as their texts; {@code write…} makes them equally long on the way into the model's memory,
 * as tensors {@code [rows, length]} of int64 or int32, row-major.
 */
public final class TokenBuffer {
    private final Ints ids = new Ints();
    private final Ints types = new Ints();
    private final Ints ends = new Ints();
    private final Scratch scratch = new Scratch();

    /** Forgets the rows, keeps the memory. */
    public void clear() {
        ids.clear();
        types.clear();
        ends.clear();
    }

    /** Number of rows: texts, or pairs of texts, encoded since {@link #clear()}. */
    public int rows() {
        return ends.size();
    }

    /** Number of tokens of a row, special tokens included. */
    public int length(int row) {
        return end(row) - start(row);
    }

    /** Number of tokens of the longest row; 0 without rows. */
    public int longest() {
        int longest = 0;
        for (int row = 0; row < rows(); row++) {
            longest = Math.max(longest, length(row));
        }
        return longest;
    }

    /** The token at a place of a row. */
    public int id(int row, int index) {
        return ids.get(start(row) + checkIndex(row, index));
    }

    /** The token type id at a place of a row: which text of a pair it belongs to, for models that ask. */
    public int typeId(int row, int index) {
        return types.get(start(row) + checkIndex(row, index));
    }

    /** The tokens of a row, as a new array. */
    public int[] ids(int row) {
        return ids.copy(start(row), end(row));
    }

    /** The token type ids of a row, as a new array. */
    public int[] typeIds(int row) {
        return types.copy(start(row), end(row));
    }

    /**
     * Writes the ids, padded.
     *
     * @param to memory for {@code rows() * length} elements at least
     * @param element {@link ValueLayout#JAVA_LONG} for an int64 tensor, {@link ValueLayout#JAVA_INT} for int32
     * @param padding its side and id; {@link Tokenizer#padding()}
     * @param length the common length of the rows, usually {@link Padding#length}
     * @throws TokenizerException if the memory is too small, a row is longer, or the layout is neither
     */
    public void writeIds(MemorySegment to, ValueLayout element, Padding padding, int length) {
        write(to, element, padding, length, Content.IDS, padding.id());
    }

    /** Writes the token type ids, padded; otherwise like {@link #writeIds}. */
    public void writeTypeIds(MemorySegment to, ValueLayout element, Padding padding, int length) {
        write(to, element, padding, length, Content.TYPES, padding.typeId());
    }

    /** Writes the attention mask: 1 for a token, 0 for padding; otherwise like {@link #writeIds}. */
    public void writeMask(MemorySegment to, ValueLayout element, Padding padding, int length) {
        write(to, element, padding, length, Content.MASK, 0);
    }

    private enum Content { IDS, TYPES, MASK }

    private void write(MemorySegment to, ValueLayout element, Padding padding, int length, Content content, int pad) {
        check(to, element, length);
        for (int row = 0; row < rows(); row++) {
            int start = start(row);
            int count = end(row) - start;
            int before = padding.side() == Side.LEFT ? length - count : 0;
            long at = (long) row * length;
            fill(to, element, at, before, pad);
            at += before;
            switch (content) {
                case IDS -> copy(ids, start, count, to, element, at);
                case TYPES -> copy(types, start, count, to, element, at);
                case MASK -> fill(to, element, at, count, 1);
            }
            fill(to, element, at + count, length - count - before, pad);
        }
    }

    private void check(MemorySegment to, ValueLayout element, int length) {
        if (!(element instanceof ValueLayout.OfLong) && !(element instanceof ValueLayout.OfInt)) {
            throw new TokenizerException("token ids are int64 or int32 (JAVA_LONG or JAVA_INT), not " + element);
        }
        if (length < longest()) {
            throw new TokenizerException("a row has " + longest() + " tokens, more than the " + length
                    + " that were asked for; truncate the texts or ask for longer rows");
        }
        long needed = (long) rows() * length * element.byteSize();
        if (to.byteSize() < needed) {
            throw new TokenizerException("the memory has " + to.byteSize() + " bytes; [" + rows() + ", " + length
                    + "] of " + element.byteSize() + " bytes each needs " + needed);
        }
    }

    // Two loops each, because the two layouts have different accessors, and a conversion per element would cost more.

    private static void copy(Ints from, int start, int count, MemorySegment to, ValueLayout element, long at) {
        if (element instanceof ValueLayout.OfLong layout) {
            for (int i = 0; i < count; i++) {
                to.setAtIndex(layout, at + i, from.get(start + i));
            }
        } else if (element instanceof ValueLayout.OfInt layout) {
            for (int i = 0; i < count; i++) {
                to.setAtIndex(layout, at + i, from.get(start + i));
            }
        }
    }

    private static void fill(MemorySegment to, ValueLayout element, long at, int count, int value) {
        if (element instanceof ValueLayout.OfLong layout) {
            for (int i = 0; i < count; i++) {
                to.setAtIndex(layout, at + i, value);
            }
        } else if (element instanceof ValueLayout.OfInt layout) {
            for (int i = 0; i < count; i++) {
                to.setAtIndex(layout, at + i, value);
            }
        }
    }

    Scratch scratch() {
        return scratch;
    }

    /** Appends a row: the template with the texts in their places. */
    void append(List<Template.Slot> slots, Ints first, Ints second) {
        int start = end(rows() - 1);
        ids.truncate(start);
        types.truncate(start);
        for (int i = 0; i < slots.size(); i++) {
            Template.Slot slot = slots.get(i);
            switch (slot.id()) {
                case Template.Slot.FIRST -> append(first, slot.type());
                case Template.Slot.SECOND -> append(second, slot.type());
                default -> {
                    ids.add(slot.id());
                    types.add(slot.type());
                }
            }
        }
        ends.add(ids.size());
    }

    private void append(Ints text, int type) {
        ids.addAll(text);
        types.addRepeated(type, text.size());
    }

    private int start(int row) {
        return end(row - 1);
    }

    private int end(int row) {
        return row < 0 ? 0 : ends.get(Objects.checkIndex(row, rows()));
    }

    private int checkIndex(int row, int index) {
        return Objects.checkIndex(index, length(row));
    }
}
