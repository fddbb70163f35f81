package dev.gpux.gpuxfile;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One of {@code inputs:}, what a person gives.
 *
 * @param type        what kind of thing it is
 * @param description for the people who give it
 * @param initial     the value that counts where none is given ({@code default:})
 * @param maxLength   of a text: how many tokens the tokenising step keeps, unless the step says so itself
 * @param list        of a text: whether a person may give several, which the model sees together
 * @param dtype       of a tensor: the element type, one of {@link #DTYPES}
 * @param shape       of a tensor: its dimensions; empty if the GPUXfile says nothing of them
 */
public record InputSpec(
    Type type,
    Optional<String> description,
    Optional<Value> initial,
    OptionalInt maxLength,
    boolean list,
    Optional<String> dtype,
    Optional<List<Dimension>> shape) {

    /** The element types a GPUXfile may name: those of ONNX, by their NumPy-like names. */
    public static final List<String> DTYPES = List.of(
        "float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
        "uint64", "bool", "string", "complex64", "complex128", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
        "float8e5m2fnuz", "float8e8m0", "float4e2m1", "int4", "uint4", "int2", "uint2");

    public InputSpec {
        shape = shape.map(List::copyOf);
    }

    /** The kinds of input. */
    public enum Type {
        /** Words. */
        TEXT,
        /** A picture file. */
        IMAGE,
        /** A sound file. */
        AUDIO,
        /** One number. */
        NUMBER,
        /** Numbers for the model as they are. */
        TENSOR
    }
}
