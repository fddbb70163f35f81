package dev.gpux.server.oip;

import dev.gpux.ort.ElementType;
import java.util.Optional;

/** The protocol's names of element types. */
public final class Datatype {
    private Datatype() { }

    /** The protocol's name: {@code FP32}, {@code INT64}, {@code BYTES}; the dtype's own in capitals where it has none. */
    public static String of(ElementType type) {
        return switch (type) {
            case FLOAT16 -> "FP16";
            case FLOAT32 -> "FP32";
            case FLOAT64 -> "FP64";
            case BFLOAT16 -> "BF16";
            case STRING -> "BYTES";
            default -> type.name();
        };
    }

    /** The element type that a protocol's name means. */
    public static Optional<ElementType> parse(String name) {
        return Optional.ofNullable(switch (name) {
            case "FP32" -> ElementType.FLOAT32;
            case "INT64" -> ElementType.INT64;
            case "BOOL" -> ElementType.BOOL;
            case "UINT8" -> ElementType.UINT8;
            case "UINT16" -> ElementType.UINT16;
            case "UINT32" -> ElementType.UINT32;
            case "UINT64" -> ElementType.UINT64;
            case "INT8" -> ElementType.INT8;
            case "INT16" -> ElementType.INT16;
            case "INT32" -> ElementType.INT32;
            case "FP16" -> ElementType.FLOAT16;
            case "FP64" -> ElementType.FLOAT64;
            case "BF16" -> ElementType.BFLOAT16;
            case "BYTES" -> ElementType.STRING;
            default -> other(name);
        });
    }

    /** The newer types, which the protocol has no names for. */
    private static ElementType other(String name) {
        for (var type : ElementType.values()) {
            if (type.name().equals(name) && of(type).equals(name)) {
                return type;
            }
        }
        return null;
    }
}
