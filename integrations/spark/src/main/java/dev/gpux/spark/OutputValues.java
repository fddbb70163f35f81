package dev.gpux.spark;

import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.image.PngWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.immutable.ArraySeq;
import scala.jdk.javaapi.CollectionConverters;

/** Answers as the values of a row, on the heap, where Spark keeps rows. */
final class OutputValues {
    private OutputValues() { }

    /**
     * The value of an answer.
     *
     * @param row whether a tensor has its batch dimension still
     */
    static Object of(Answer answer, boolean row) {
        return switch (answer) {
            case Answer.Text(var text) -> text;
            case Answer.Labels(var scores) -> ArraySeq.unsafeWrapArray(scores.stream()
                .map(score -> RowFactory.create(score.label(), score.index(), score.score())).toArray(Row[]::new));
            case Answer.Reading reading -> FoundColumns.reading(reading);
            case Answer.Boxes(var boxes) -> FoundColumns.boxes(boxes);
            case Answer.Parts(var parts) -> FoundColumns.parts(parts);
            case Answer.Image(var picture) -> PngWriter.write(picture);
            case Answer.Numbers(var value) -> of(value, row);
            case Answer.Similarities(_, var scores) -> of(scores, false);
            case Answer.Many(var answers) ->
                ArraySeq.unsafeWrapArray(answers.stream().map(part -> of(part, false)).toArray());
        };
    }

    private static Object of(Value value, boolean row) {
        return switch (value) {
            case Tensor tensor -> of(tensor, row);
            case MapValue map -> map(elements(map.keys()), elements(map.values()), (int) map.keys().shape().elements());
            case SequenceValue sequence when row -> of(sequence.elements().getFirst(), false);
            case SequenceValue sequence ->
                ArraySeq.unsafeWrapArray(sequence.elements().stream().map(part -> of(part, false)).toArray());
            case OptionalValue _ -> throw new ModelUnusableException("this row gave an optional value, which is no value of "
                + "a column");
        };
    }

    private static Object map(Object keys, Object values, int count) {
        var map = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(element(keys, i), element(values, i));
        }
        return CollectionConverters.asScala(map);
    }

    private static Object of(Tensor tensor, boolean row) {
        var sizes = tensor.shape().toArray();
        var elements = elements(tensor);
        return nested(elements, row && sizes.length > 0 ? Arrays.copyOfRange(sizes, 1, sizes.length) : sizes, 0, 0);
    }

    /** The part of {@code elements} that begins at {@code offset}, from dimension {@code axis} on. */
    private static Object nested(Object elements, long[] sizes, int axis, int offset) {
        if (axis == sizes.length) {
            return element(elements, offset);
        }
        int size = (int) sizes[axis];
        if (axis == sizes.length - 1) {
            return ArraySeq.unsafeWrapArray(part(elements, offset, offset + size));
        }
        int stride = 1;
        for (int i = axis + 1; i < sizes.length; i++) {
            stride *= (int) sizes[i];
        }
        var parts = new Object[size];
        for (int i = 0; i < size; i++) {
            parts[i] = nested(elements, sizes, axis + 1, offset + i * stride);
        }
        return ArraySeq.unsafeWrapArray(parts);
    }

    private static Object elements(Tensor tensor) {
        return switch (tensor.elementType()) {
            case FLOAT32, FLOAT16, BFLOAT16 -> tensor.floats();
            case FLOAT64 -> tensor.doubles();
            case INT64 -> tensor.longs();
            case INT32 -> tensor.ints();
            case INT8 -> tensor.bytes();
            case STRING -> tensor.strings().toArray(String[]::new);
            default -> new Elements(tensor).widened();
        };
    }

    private static Object element(Object elements, int index) {
        return switch (elements) {
            case float[] numbers -> numbers[index];
            case double[] numbers -> numbers[index];
            case long[] numbers -> numbers[index];
            case int[] numbers -> numbers[index];
            case short[] numbers -> numbers[index];
            case byte[] numbers -> numbers[index];
            case boolean[] flags -> flags[index];
            default -> ((Object[]) elements)[index];
        };
    }

    private static Object part(Object elements, int from, int to) {
        return switch (elements) {
            case float[] numbers -> Arrays.copyOfRange(numbers, from, to);
            case double[] numbers -> Arrays.copyOfRange(numbers, from, to);
            case long[] numbers -> Arrays.copyOfRange(numbers, from, to);
            case int[] numbers -> Arrays.copyOfRange(numbers, from, to);
            case short[] numbers -> Arrays.copyOfRange(numbers, from, to);
            case byte[] numbers -> Arrays.copyOfRange(numbers, from, to);
            case boolean[] flags -> Arrays.copyOfRange(flags, from, to);
            default -> Arrays.copyOfRange((Object[]) elements, from, to);
        };
    }
}
