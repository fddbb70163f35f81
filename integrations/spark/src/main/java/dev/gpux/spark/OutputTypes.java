package dev.gpux.spark;

import dev.gpux.engine.InputSlot;
import dev.gpux.engine.Model;
import dev.gpux.gpuxfile.InputSpec.Type;
import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Which columns a model's outputs become. */
final class OutputTypes {
    private static final DataType LABELS = DataTypes.createArrayType(new StructType()
        .add("label", DataTypes.StringType, false)
        .add("index", DataTypes.IntegerType, false)
        .add("score", DataTypes.DoubleType, false), false);

    private OutputTypes() { }

    /**
     * The columns, found by one run on the defaults. All may be null, for rows with an error.
     *
     * @throws ModelUnusableException if the model cannot be run without real inputs
     */
    static StructType of(Model model) {
        try (var arena = Arena.ofConfined()) {
            var inputs = new HashMap<String, Input>();
            for (var slot : model.inputs()) {
                if (slot.initial().isEmpty()) {
                    inputs.put(slot.name(), sample(arena, slot));
                }
            }
            var type = new StructType();
            for (var answer : model.run(arena, inputs).outcomes().getFirst().answers().entrySet()) {
                type = type.add(answer.getKey(), type(answer.getKey(), answer.getValue(), isRow(model, answer.getKey())));
            }
            return type;
        }
    }

    /** Whether an output has its batch dimension still, which a row of a table does not have. */
    static boolean isRow(Model model, String output) {
        return model.session().outputs().stream().map(ValueInfo::name).anyMatch(output::equals);
    }

    private static Input sample(Arena arena, InputSlot slot) {
        if (slot.type() == Type.TEXT) {
            return new Input.Text("gpux");
        }
        if (slot.tensor().isPresent() && slot.tensor().get().type() instanceof TensorType tensor
            && tensor.elementType() != ElementType.STRING) {
            var shape = tensor.dimensions().stream().mapToLong(Dimension::size)
                .map(size -> Math.max(size, 1)).toArray();
            return new Input.Numbers(Tensor.allocate(arena, tensor.elementType(), shape));
        }
        throw new ModelUnusableException("what the model gives cannot be found out without an input '" + slot
            + "'; give it a default in the GPUXfile, or call setOutputSchema(\"name type, …\")");
    }

    private static DataType type(String name, Answer answer, boolean row) {
        return switch (answer) {
            case Answer.Text _ -> DataTypes.StringType;
            case Answer.Labels _ -> LABELS;
            case Answer.Numbers(Tensor tensor) -> type(tensor, row);
            case Answer.Similarities(_, var scores) -> type(scores, false);
            case Answer.Many(var answers) when !answers.isEmpty() ->
                DataTypes.createArrayType(type(name, answers.getFirst(), false), false);
            case Answer.Numbers(var other) -> throw unusable(name, other.getClass().getSimpleName());
            default -> throw unusable(name, answer.getClass().getSimpleName());
        };
    }

    private static ModelUnusableException unusable(String name, String what) {
        return new ModelUnusableException("the output '" + name + "' is a " + what + ", which has no column type; add "
            + "a step to postprocess: that makes numbers, text or labels of it");
    }

    private static DataType type(Tensor tensor, boolean row) {
        DataType type = element(tensor.elementType());
        int rank = tensor.shape().rank() - (row && tensor.shape().rank() > 0 ? 1 : 0);
        for (int i = 0; i < rank; i++) {
            type = DataTypes.createArrayType(type, false);
        }
        return type;
    }

    private static DataType element(ElementType type) {
        return switch (type) {
            case FLOAT32, FLOAT16, BFLOAT16 -> DataTypes.FloatType;
            case FLOAT64 -> DataTypes.DoubleType;
            case INT8 -> DataTypes.ByteType;
            case UINT8, INT16 -> DataTypes.ShortType;
            case UINT16, INT32 -> DataTypes.IntegerType;
            case UINT32, INT64 -> DataTypes.LongType;
            case BOOL -> DataTypes.BooleanType;
            case STRING -> DataTypes.StringType;
            default -> throw new ModelUnusableException("outputs of type " + type + " have no column type");
        };
    }

    /** {@code embedding: array<float>}, for messages. */
    static String describe(StructType type) {
        return List.of(type.fields()).stream().map(field -> field.name() + ": " + field.dataType().simpleString())
            .collect(Collectors.joining(", "));
    }

    static Map<String, DataType> byName(StructType type) {
        return List.of(type.fields()).stream().collect(Collectors.toMap(field -> field.name(), field -> field.dataType()));
    }
}
