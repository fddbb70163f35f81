package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads nested arrays into {@link JsonElements}, finding out their shape on the way and holding it against the declared
 * one as soon as it can be known: at the first number too many, not at the end.
 */
final class JsonArrays {
    /** As many as NumPy has. */
    static final int MAX_RANK = NpyHeader.MAX_RANK;

    private final JsonCursor cursor;
    private final JsonElements elements;
    private final Optional<TensorType> declared;
    private final int declaredRank;
    private final int deepest;
    private final long[] sizes;
    private int rank = -1;

    /** @param declared the declared type, if the arrays must have its shape; then they also have its rank */
    JsonArrays(JsonCursor cursor, JsonElements elements, Optional<TensorType> declared) {
        this.cursor = cursor;
        this.elements = elements;
        this.declared = declared.filter(type -> !type.dimensions().isEmpty());
        this.declaredRank = this.declared.map(type -> type.dimensions().size()).orElse(-1);
        this.deepest = declaredRank >= 0 ? declaredRank : MAX_RANK;
        this.sizes = new long[deepest];
        Arrays.fill(sizes, -1);
    }

    /** Reads the value at the cursor and gives its shape; the cursor is then at the value's last token. */
    long[] read() throws IOException {
        value(0);
        int found = rank >= 0 ? rank : levels();
        var shape = Arrays.copyOf(sizes, found);
        if (rank < 0 && declaredRank > found) {
            // Nothing but empty arrays: what they would hold is as declared.
            shape = Arrays.copyOf(sizes, declaredRank);
            for (int i = found; i < declaredRank; i++) {
                shape[i] = Math.max(0, fixed(i));
            }
        }
        return shape;
    }

    private int levels() {
        int levels = 0;
        while (levels < sizes.length && sizes[levels] >= 0) {
            levels++;
        }
        return levels;
    }

    private void value(int depth) throws IOException {
        if (cursor.token() == JsonToken.START_ARRAY) {
            array(depth);
            return;
        }
        if (depth != rank) {
            firstElement(depth);
        }
        elements.take(cursor);
    }

    private void firstElement(int depth) throws IOException {
        if (cursor.token() == JsonToken.START_OBJECT || cursor.token() == JsonToken.VALUE_NULL) {
            throw cursor.fail(article() + " was expected, found " + cursor.found());
        }
        if (rank >= 0 || depth < sizes.length && sizes[depth] >= 0) {
            throw cursor.fail("ragged: " + cursor.found() + " where an array was expected as before");
        }
        if (declaredRank >= 0 && depth < declaredRank) {
            throw cursor.fail("found " + cursor.found() + " after " + brackets(depth) + ", and " + declared.get()
                + " has " + brackets(declaredRank) + "; write " + example() + ", or {\"shape\": […], \"data\": […]}");
        }
        rank = depth;
    }

    private void array(int depth) throws IOException {
        if (rank >= 0 && depth >= rank) {
            throw cursor.fail(declaredRank >= 0 ? tooDeep() : "ragged: an array where " + article()
                + " was expected as before");
        }
        if (depth >= deepest) {
            throw cursor.fail(declaredRank >= 0 ? tooDeep() : "more than " + MAX_RANK + " dimensions");
        }
        long fixed = fixed(depth);
        long limit = fixed >= 0 ? fixed : Long.MAX_VALUE;
        long count = 0;
        cursor.enter();
        while (cursor.next() != JsonToken.END_ARRAY) {
            cursor.at(count);
            if (count == limit) {
                throw cursor.fail("more than " + Declared.elements(limit) + " here, and dimension " + depth + " of "
                    + declared.get() + " is " + limit);
            }
            value(depth + 1);
            count++;
        }
        cursor.leave();
        close(depth, count);
    }

    private void close(int depth, long count) {
        long fixed = fixed(depth);
        if (fixed >= 0 && count != fixed) {
            throw cursor.fail(Declared.elements(count) + " here, and dimension " + depth + " of " + declared.get()
                + " is " + fixed);
        }
        if (sizes[depth] >= 0 && sizes[depth] != count) {
            throw cursor.fail("ragged: " + Declared.elements(count) + " here, " + sizes[depth]
                + " in the arrays before");
        }
        sizes[depth] = count;
    }

    /** The declared size of a dimension, -1 if it is open. */
    private long fixed(int depth) {
        return declaredRank < 0 ? -1 : declared.get().dimensions().get(depth).size();
    }

    private String tooDeep() {
        return "one array too deep: " + declared.get() + " has " + brackets(declaredRank);
    }

    private static String brackets(int depth) {
        return depth + (depth == 1 ? " level of brackets" : " levels of brackets");
    }

    private String example() {
        int shown = Math.min(declaredRank, 4);
        return "[".repeat(shown) + "…" + "]".repeat(shown);
    }

    private String article() {
        return switch (elements.type()) {
            case STRING -> "text";
            case BOOL -> "true or false";
            default -> "a number";
        };
    }
}
