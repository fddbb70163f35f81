package dev.gpux.tensorio;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Environment;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;

/** Short forms for the tests of this package. */
final class Expect {
    private Expect() { }

    /** An input {@code x}; dimensions are numbers or names. */
    static ValueInfo x(ElementType type, Object... dimensions) {
        return new ValueInfo("x", tensor(type, dimensions));
    }

    static ValueType.TensorType tensor(ElementType type, Object... dimensions) {
        var list = new ArrayList<Dimension>();
        for (var dimension : dimensions) {
            list.add(dimension instanceof Integer size ? Dimension.fixed(size)
                : Dimension.symbolic((String) dimension));
        }
        return new ValueType.TensorType(type, list);
    }

    /** Skips a test of a type that the loaded ORT has no tensors of: complex numbers; the newest types on old ORTs. */
    static void assumeSupported(ElementType type) {
        if (type == ElementType.STRING) {
            return;
        }
        try (var arena = Arena.ofConfined()) {
            Tensor.allocate(arena, type, 8);
        } catch (OrtException e) {
            Assumptions.abort("ONNX Runtime " + Environment.get().version() + ", " + type + ": " + e.getMessage());
        }
    }

    /** The message of the {@link TensorFormatException} that {@code action} throws, which has all of {@code parts}. */
    static String error(Executable action, String... parts) {
        var message = assertThrows(TensorFormatException.class, action).getMessage();
        for (var part : parts) {
            assertTrue(message.contains(part), () -> "\"" + message + "\" lacks \"" + part + "\"");
        }
        return message;
    }
}
