package dev.gpux.optimize;

import dev.gpux.onnx.Graph;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.ValueType.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The element types of all values of a main graph. ONNX files need not say them, and only ORT knows the rules of all
 * operators, so it is asked: it loads the model with every value as an output.
 */
public final class ValueTypes {
    private final Map<String, ElementType> types = new HashMap<>();

    private ValueTypes() { }

    /**
     * Asks ORT.
     *
     * @param folder where a copy may be written that ORT reads
     * @throws OptimizeException if ORT refuses the model
     * @throws IOException if nothing can be written
     */
    public static ValueTypes of(OnnxModel model, Path folder) throws IOException {
        var types = new ValueTypes();
        model.graph().initializers().forEach(tensor ->
            ElementType.fromOnnx(tensor.dataType()).ifPresent(type -> types.types.put(tensor.name(), type)));
        var file = folder.resolve(".types.onnx");
        OnnxWriter.write(withOutputs(model, intermediates(model.graph())), file,
            new WeightPlacement.SideFile(".types.data", 1024));
        try (var options = new SessionOptions().graphOptimization(SessionOptions.GraphOptimization.NONE);
             var session = Session.open(file, options)) {
            var values = new ArrayList<>(session.outputs());
            values.addAll(session.inputs());
            for (var value : values) {
                if (value.type() instanceof TensorType type) {
                    types.types.put(value.name(), type.elementType());
                }
            }
        } catch (OrtException e) {
            throw new OptimizeException("ONNX Runtime refuses the model: " + e.getMessage(), e);
        }
        return types;
    }

    /** The names of what the nodes of a graph make, without its outputs. */
    public static List<String> intermediates(Graph graph) {
        var outputs = new HashSet<String>();
        graph.outputs().forEach(output -> outputs.add(output.name()));
        var names = new ArrayList<String>();
        graph.nodes().forEach(node -> node.outputs().stream()
            .filter(name -> !name.isEmpty() && !outputs.contains(name)).forEach(names::add));
        return names;
    }

    /** A model that also gives these values. */
    public static OnnxModel withOutputs(OnnxModel model, List<String> names) {
        var outputs = new ArrayList<>(model.graph().outputs());
        names.forEach(name -> outputs.add(ValueInfo.of(name, ValueType.UNKNOWN)));
        return model.withGraph(model.graph().withOutputs(outputs));
    }

    /** The element type of a value; empty if it is no tensor, or unknown. */
    public Optional<ElementType> of(String name) {
        return Optional.ofNullable(types.get(name));
    }

    /** Whether a value is a {@code float32} tensor. */
    public boolean isFloat(String name) {
        return types.get(name) == ElementType.FLOAT32;
    }
}
