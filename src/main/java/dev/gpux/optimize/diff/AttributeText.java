package dev.gpux.optimize.diff;

import dev.gpux.onnx.AttributeValue;
import dev.gpux.onnx.Tensor;
import dev.gpux.optimize.TensorNumbers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** An attribute's value in words, so that equal texts mean equal values. */
final class AttributeText {
    private static final int SHORT = 16;

    private AttributeText() { }

    static String of(AttributeValue value) {
        return switch (value) {
            case AttributeValue.FloatValue(float number) -> Float.toString(number);
            case AttributeValue.IntValue(long number) -> Long.toString(number);
            case AttributeValue.StringValue(var bytes) -> bytes.size() > 256
                ? bytes.size() + " bytes #" + hash(bytes.segment()) : bytes.toString();
            case AttributeValue.IntsValue ints -> ints.count() <= SHORT ? Arrays.toString(ints.values())
                : ints.count() + " ints #" + Integer.toHexString(Arrays.hashCode(ints.values()));
            case AttributeValue.FloatsValue floats -> floats.count() <= SHORT ? Arrays.toString(floats.values())
                : floats.count() + " floats #" + Integer.toHexString(Arrays.hashCode(floats.values()));
            case AttributeValue.StringsValue strings -> strings.count() + " strings #"
                + Integer.toHexString(strings.values().hashCode());
            case AttributeValue.TensorValue(var tensor) -> tensor(tensor);
            case AttributeValue.GraphValue(var graph) -> graph.toString();
            default -> value.toString();
        };
    }

    private static String tensor(Tensor tensor) {
        var text = tensor.withName("").toString().substring("tensor ".length());
        long count = tensor.elementCount().orElse(Long.MAX_VALUE);
        if (count <= SHORT && tensor.byteSize().isPresent()) {
            return text + TensorNumbers.of(tensor).map(numbers -> LongStream.range(0, count)
                .mapToObj(i -> number(numbers.get(i))).collect(Collectors.joining(", ", " {", "}"))).orElse("");
        }
        return tensor.byteSize().isEmpty() ? text : text + " #" + hash(tensor.bytes());
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value)
            : String.format(Locale.ROOT, "%.9g", value);
    }

    private static String hash(MemorySegment bytes) {
        long hash = 1;
        for (long i = 0; i < bytes.byteSize(); i++) {
            hash = 31 * hash + bytes.get(ValueLayout.JAVA_BYTE, i);
        }
        return Long.toHexString(hash);
    }
}
