package dev.gpux.server.oip;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.server.http.HttpException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What the protocol can say of a model: its inputs and outputs that are tensors. Immutable.
 *
 * @param inputs name → declared type, in the order of the model
 * @param outputs name → declared type, in the order of the model
 */
public record Signature(SequencedMap<String, TensorType> inputs, SequencedMap<String, TensorType> outputs) {
    /** The tensors among a session's inputs and outputs. */
    public static Signature of(List<ValueInfo> inputs, List<ValueInfo> outputs) {
        return new Signature(tensors(inputs), tensors(outputs));
    }

    private static SequencedMap<String, TensorType> tensors(List<ValueInfo> values) {
        var tensors = new LinkedHashMap<String, TensorType>();
        for (var value : values) {
            if (value.type() instanceof TensorType type) {
                tensors.put(value.name(), type);
            }
        }
        return tensors;
    }

    /** The declared type of an input. */
    TensorType input(String name) {
        return find(inputs, name, "input");
    }

    /** The declared type of an output. */
    TensorType output(String name) {
        return find(outputs, name, "output");
    }

    private static TensorType find(Map<String, TensorType> all, String name, String kind) {
        var type = all.get(name);
        if (type == null) {
            throw new HttpException(400, "the model has no " + kind + " '" + shorten(name) + "'; it has "
                + String.join(", ", all.keySet()));
        }
        return type;
    }

    /** A client's word for a message. */
    static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    /** Refuses a tensor that the model does not take. */
    static void require(String name, TensorType declared, ElementType type, Shape shape) {
        if (!declared.accepts(type, shape)) {
            throw new HttpException(400, "input '" + name + "' is " + Datatype.of(declared.elementType())
                + declared.dimensions() + "; given: " + Datatype.of(type) + shape);
        }
    }
}
