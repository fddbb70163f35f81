package dev.gpux.optimize.graph;

import dev.gpux.onnx.Dim;
import dev.gpux.onnx.Graph;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.ValueInfo;
import dev.gpux.onnx.ValueType;
import dev.gpux.optimize.OptimizeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Gives open dimensions a size: by the name of the dimension, or by the shape of an input. */
public final class ShapeFixer {
    private ShapeFixer() { }

    /**
     * A model with fixed dimensions.
     *
     * @param sizes dimension → its size, wherever it occurs
     * @param shapes input → its shape; the names of its open dimensions get these sizes everywhere
     * @throws OptimizeException if there is no such dimension or input, or a shape does not fit
     */
    public static OnnxModel fix(OnnxModel model, Map<String, Long> sizes, Map<String, long[]> shapes) {
        var all = new HashMap<>(sizes);
        var names = new TreeSet<String>();
        model.graph().inputs().forEach(input -> dimensions(input).stream().filter(Dim.Symbolic.class::isInstance)
            .forEach(dimension -> names.add(((Dim.Symbolic) dimension).name())));
        sizes.keySet().stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new OptimizeException("no input has a dimension '" + name + "'; "
                + (names.isEmpty() ? "none has a named one" : "there are " + String.join(", ", names)));
        });
        shapes.forEach((name, shape) -> bind(input(model, name), shape, all));
        return model.withGraph(fix(model.graph(), all, shapes));
    }

    private static ValueInfo input(OnnxModel model, String name) {
        return model.graph().inputs().stream().filter(input -> input.name().equals(name)).findFirst()
            .orElseThrow(() -> new OptimizeException("no input is named '" + name + "'; there are "
                + String.join(", ", model.graph().inputs().stream().map(ValueInfo::name).toList())));
    }

    private static List<Dim> dimensions(ValueInfo value) {
        return value.type() instanceof ValueType.TensorType type ? type.shape().orElse(List.of()) : List.of();
    }

    /** Notes what the open dimensions of an input are. */
    private static void bind(ValueInfo input, long[] shape, Map<String, Long> sizes) {
        var dimensions = dimensions(input);
        boolean free = input.type() instanceof ValueType.TensorType type && type.shape().isEmpty();
        if (!free && dimensions.size() != shape.length) {
            throw new OptimizeException("input " + input + " has " + dimensions.size() + " dimensions, not "
                + shape.length);
        }
        for (int i = 0; i < dimensions.size(); i++) {
            long wanted = shape[i];
            long size = switch (dimensions.get(i)) {
                case Dim.Fixed(long fixed, var _) -> fixed;
                case Dim.Symbolic(var name, var _) -> sizes.computeIfAbsent(name, _ -> wanted);
                case Dim.Unknown _ -> wanted;
            };
            if (size != wanted) {
                throw new OptimizeException("input " + input + ": dimension " + dimensions.get(i) + " cannot be "
                    + size + " and " + wanted);
            }
        }
    }

    private static Graph fix(Graph graph, Map<String, Long> sizes, Map<String, long[]> shapes) {
        return graph.withInputs(graph.inputs().stream().map(input -> fix(input, sizes,
                Optional.ofNullable(shapes.get(input.name())))).toList())
            .withOutputs(graph.outputs().stream().map(output -> fix(output, sizes, Optional.empty())).toList())
            .withValueInfos(graph.valueInfos().stream().map(value -> fix(value, sizes, Optional.empty())).toList());
    }

    private static ValueInfo fix(ValueInfo value, Map<String, Long> sizes, Optional<long[]> shape) {
        if (!(value.type() instanceof ValueType.TensorType(int type, var dimensions, var denotation))) {
            return value;
        }
        var fixed = new ArrayList<Dim>();
        if (shape.isPresent()) {
            for (long size : shape.get()) {
                fixed.add(Dim.of(size));
            }
        } else if (dimensions.isPresent()) {
            dimensions.get().forEach(dimension -> fixed.add(dimension instanceof Dim.Symbolic(var name, var meaning)
                && sizes.containsKey(name) ? new Dim.Fixed(sizes.get(name), meaning) : dimension));
        } else {
            return value;
        }
        return value.withType(new ValueType.TensorType(type, Optional.of(fixed), denotation));
    }
}
