package dev.gpux.spark;

import dev.gpux.engine.InputSlot;
import dev.gpux.gpuxfile.InputSpec.Type;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import scala.collection.Seq;

/**
 * One input of a model and the column that it reads.
 *
 * @param slot the input
 * @param index the column's place in a row
 */
record InputColumn(InputSlot slot, int index) {

    /** What is wrong with a column of this type for an input; empty if nothing is. */
    static Optional<String> problem(InputSlot slot, DataType type) {
        var expected = switch (slot.type()) {
            case TEXT -> type instanceof StringType ? "" : "string";
            case IMAGE, AUDIO -> type instanceof BinaryType ? "" : "binary, the content of a file";
            case NUMBER -> type instanceof NumericType ? "" : "a number";
            case TENSOR -> numbers(slot, type) ? "" : "a number, an array of them, or a vector";
        };
        return Optional.of(expected).filter(text -> !text.isEmpty());
    }

    private static boolean numbers(InputSlot slot, DataType type) {
        var inner = type;
        while (inner instanceof ArrayType array) {
            inner = array.elementType();
        }
        boolean texts = slot.tensor().isPresent() && slot.tensor().get().type() instanceof TensorType tensor
            && tensor.elementType() == ElementType.STRING;
        return texts ? inner instanceof StringType
            : inner instanceof NumericType || inner instanceof BooleanType || type.typeName().equals("vector");
    }

    /** The input of one row, in {@code arena}; empty for {@code null}, which stands for the default. */
    Optional<Input> read(Arena arena, Object value) {
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(switch (value) {
            case String text when slot.type() == Type.TEXT -> new Input.Text(text);
            case byte[] bytes -> new Input.Encoded(bytes, slot.name());
            default -> new Input.Numbers(tensor(arena, value));
        });
    }

    private Tensor tensor(Arena arena, Object value) {
        if (slot.tensor().isEmpty() || !(slot.tensor().get().type() instanceof TensorType declared)) {
            throw new ModelUnusableException("the input '" + slot + "' does not read numbers from a column");
        }
        var sizes = sizes(value);
        long[] shape = sizes;
        // A row is one item of the batch, which is the first dimension.
        if (declared.dimensions().size() == sizes.length + 1) {
            shape = new long[sizes.length + 1];
            shape[0] = 1;
            System.arraycopy(sizes, 0, shape, 1, sizes.length);
        }
        if (declared.elementType() == ElementType.STRING) {
            var texts = new ArrayList<String>();
            texts(value, texts);
            return Tensor.ofStrings(arena, texts, shape);
        }
        var tensor = Tensor.allocate(arena, declared.elementType(), shape);
        long written = write(new Elements(tensor), value, 0);
        if (written != tensor.shape().elements()) {
            throw ragged();
        }
        return tensor;
    }

    /** The sizes along the first elements; that all others have them is seen when they are written. */
    private static long[] sizes(Object value) {
        var sizes = new long[8];
        int rank = 0;
        var inner = value;
        while (inner instanceof Seq<?> seq) {
            if (rank == sizes.length) {
                throw new ModelUnusableException("arrays nested more than " + sizes.length + " deep are no tensors");
            }
            sizes[rank++] = seq.length();
            inner = seq.isEmpty() ? "" : seq.head();
        }
        if (inner instanceof Vector vector) {
            sizes[rank++] = vector.size();
        }
        return Arrays.copyOf(sizes, rank);
    }

    private long write(Elements elements, Object value, long at) {
        switch (value) {
            case Seq<?> seq -> {
                long next = at;
                int size = -1;
                for (var items = seq.iterator(); items.hasNext();) {
                    var item = items.next();
                    int length = item instanceof Seq<?> inner ? inner.length() : 0;
                    if (size >= 0 && length != size) {
                        throw ragged();
                    }
                    size = length;
                    next = write(elements, item, next);
                }
                return next;
            }
            case Vector vector -> {
                for (int i = 0; i < vector.size(); i++) {
                    elements.set(at + i, vector.apply(i));
                }
                return at + vector.size();
            }
            case Number number -> elements.set(at, number);
            case Boolean flag -> elements.set(at, flag ? 1 : 0);
            case null -> throw new ModelUnusableException("the input '" + slot + "' has a null among its numbers");
            default -> throw new ModelUnusableException("the input '" + slot + "' cannot read a "
                + value.getClass().getSimpleName());
        }
        return at + 1;
    }

    private static void texts(Object value, ArrayList<String> texts) {
        if (value instanceof Seq<?> seq) {
            for (var items = seq.iterator(); items.hasNext();) {
                texts(items.next(), texts);
            }
        } else {
            texts.add(String.valueOf(value));
        }
    }

    private ModelUnusableException ragged() {
        return new ModelUnusableException("the input '" + slot + "' reads arrays of different lengths, which are no tensor");
    }

}
