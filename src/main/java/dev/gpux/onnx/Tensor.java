package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A constant tensor ({@code TensorProto}): an initialiser (weight) or the value of an attribute.
 *
 * <p>Reading a model never copies one: the data are slices of the mapped file. Equal when name, type, shape and
 * elements are equal and stored the same way.
 *
 * @param name its name; empty where none is needed
 * @param dataType the number of the element type in {@code TensorProto.DataType}
 * @param dims the shape; empty for a scalar
 * @param data where the elements are
 * @param docString a text for people
 * @param metadata further facts
 * @param unknown fields without a name here
 */
public record Tensor(String name, int dataType, List<Long> dims, TensorData data, String docString,
                     List<Property> metadata, UnknownFields unknown) {
    /** A tensor of which nothing is said. */
    static final Tensor EMPTY = of("", 0, List.of(), new TensorData.None());

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** Copies the lists. */
    public Tensor {
        dims = List.copyOf(dims);
        metadata = List.copyOf(metadata);
    }

    /**
     * A tensor over existing bytes, which are not copied.
     *
     * @param bytes the elements as {@code raw_data} has them: little-endian, row-major, no padding
     */
    public static Tensor of(String name, OnnxDataType type, long[] dims, MemorySegment bytes) {
        var list = Arrays.stream(dims).boxed().toList();
        return of(name, type.number(), list, new TensorData.Raw(Bytes.view(bytes)));
    }

    /** A {@code float32} tensor. */
    public static Tensor ofFloats(String name, long[] dims, float... values) {
        var bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Float.BYTES)]);
        var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
        MemorySegment.copy(values, 0, bytes, layout, 0, values.length);
        return of(name, OnnxDataType.FLOAT, dims, bytes);
    }

    /** A {@code float64} tensor. */
    public static Tensor ofDoubles(String name, long[] dims, double... values) {
        var bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Double.BYTES)]);
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER), 0, values.length);
        return of(name, OnnxDataType.DOUBLE, dims, bytes);
    }

    /** An {@code int64} tensor. */
    public static Tensor ofLongs(String name, long[] dims, long... values) {
        var bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Long.BYTES)]);
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER), 0, values.length);
        return of(name, OnnxDataType.INT64, dims, bytes);
    }

    /** An {@code int32} tensor. */
    public static Tensor ofInts(String name, long[] dims, int... values) {
        var bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(values.length, Integer.BYTES)]);
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER), 0, values.length);
        return of(name, OnnxDataType.INT32, dims, bytes);
    }

    /** A tensor of strings. */
    public static Tensor ofStrings(String name, long[] dims, String... values) {
        var writer = new ProtoWriter();
        for (var value : values) {
            writer.textField(TypedField.STRING.number(), value);
        }
        var data = new TensorData.Typed(TypedField.STRING, writer.toSpan());
        return of(name, OnnxDataType.STRING.number(), Arrays.stream(dims).boxed().toList(), data);
    }

    /**
     * A tensor whose elements are in another file next to the model. It can be written, not read: only a model that
     * was opened from a folder has external data.
     */
    public static Tensor ofExternal(String name, OnnxDataType type, long[] dims, List<Property> entries) {
        return of(name, type.number(), Arrays.stream(dims).boxed().toList(),
            new TensorData.External(entries, ExternalFiles.NOWHERE));
    }

    private static Tensor of(String name, int type, List<Long> dims, TensorData data) {
        return new Tensor(name, type, dims, data, "", List.of(), UnknownFields.NONE);
    }

    /** The same tensor under another name. */
    public Tensor withName(String newName) {
        return new Tensor(newName, dataType, dims, data, docString, metadata, unknown);
    }

    /** The same tensor with its elements elsewhere. */
    public Tensor withData(TensorData newData) {
        return new Tensor(name, dataType, dims, newData, docString, metadata, unknown);
    }

    /** The element type, if this version knows it. */
    public Optional<OnnxDataType> type() {
        return OnnxDataType.of(dataType);
    }

    /** The number of elements; empty if a dimension is negative or the product does not fit 64 bits. */
    public OptionalLong elementCount() {
        long count = 1;
        boolean empty = false;
        for (long dim : dims) {
            if (dim < 0) {
                return OptionalLong.empty();
            }
            empty |= dim == 0;
        }
        for (int i = 0; !empty && i < dims.size(); i++) {
            if (Math.multiplyHigh(count, dims.get(i)) != 0 || count * dims.get(i) < 0) {
                return OptionalLong.empty();
            }
            count *= dims.get(i);
        }
        return OptionalLong.of(empty ? 0 : count);
    }

    /** The bytes that the elements take in {@code raw_data}; empty for strings, unknown types and absurd shapes. */
    public OptionalLong byteSize() {
        var count = elementCount();
        return count.isEmpty() || type().isEmpty() ? OptionalLong.empty() : type().get().byteSize(count.getAsLong());
    }

    /**
     * The elements as {@code raw_data} has them: fixed-width, little-endian, row-major, exactly {@link #byteSize()}
     * bytes. A read-only slice of the mapped file wherever the file has them in this form; otherwise decoded into a
     * new heap segment. No alignment is promised: read it with the {@code _UNALIGNED} layouts.
     *
     * @throws OnnxFormatException if it holds strings, the type is unknown, the data do not fit the shape, or the
     *                             external data are not there
     */
    public MemorySegment bytes() {
        return TensorElements.bytes(this);
    }

    /**
     * The elements of a tensor of strings, row-major.
     *
     * @throws OnnxFormatException if it is not one, or their number does not fit the shape
     */
    public List<Bytes> strings() {
        if (!(data instanceof TensorData.Typed typed) || typed.field() != TypedField.STRING) {
            if (dataType == OnnxDataType.STRING.number() && elementCount().equals(OptionalLong.of(0))) {
                return List.of();
            }
            throw new OnnxFormatException(this + " has no string_data");
        }
        long count = typed.count();
        if (!elementCount().equals(OptionalLong.of(count))) {
            throw new OnnxFormatException(this + " holds " + count + " strings");
        }
        var strings = new ArrayList<Bytes>();
        var elements = typed.values().elements();
        while (elements.next()) {
            strings.add(Bytes.view(elements.span().segment()));
        }
        return List.copyOf(strings);
    }

    /** Name, type and shape: {@code w float32[3,4]}. */
    @Override
    public String toString() {
        return (name.isEmpty() ? "tensor " : Names.show(name) + " ") + OnnxDataType.labelOf(dataType)
            + Names.show(dims.toString().replace(" ", ""));
    }
}
