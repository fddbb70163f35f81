package dev.gpux.spark;

import dev.gpux.engine.InputSlot;
import dev.gpux.engine.Model;
import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.image.ColorOrder;
import dev.gpux.pipeline.image.Picture;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Which columns a model's outputs become. */
final class OutputTypes {
    private static final DataType LABELS = DataTypes.createArrayType(new StructType()
        .add("label", DataTypes.StringType, false)
        .add("index", DataTypes.IntegerType, false)
        .add("score", DataTypes.DoubleType, false), false);

    private static final String SAY = "call setOutputSchema(\"name type, …\")";
    /** Of the picture that stands for one without default, in pixels. */
    private static final int SIDE = 64;

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
            return columns(model, model.run(arena, inputs).outcomes().getFirst().answers());
        } catch (PipelineException | OrtException e) {
            throw new ModelUnusableException("what the model gives cannot be found out by a run on its defaults: "
                + e.getMessage() + "; " + SAY, e);
        }
    }

    private static StructType columns(Model model, Map<String, Answer> answers) {
        var type = new StructType();
        for (var answer : answers.entrySet()) {
            type = type.add(answer.getKey(), type(answer.getKey(), answer.getValue(), isRow(model, answer.getKey())));
        }
        return type;
    }

    /** Whether an output has its batch dimension still, which a row of a table does not have. */
    static boolean isRow(Model model, String output) {
        return model.session().outputs().stream().map(ValueInfo::name).anyMatch(output::equals);
    }

    private static Input sample(Arena arena, InputSlot slot) {
        switch (slot.type()) {
            case TEXT -> {
                return new Input.Text("gpux");
            }
            case IMAGE -> {
                return new Input.Decoded(new Picture(SIDE, SIDE, ColorOrder.RGB, new byte[SIDE * SIDE * 3]));
            }
            default -> {
                if (slot.tensor().isPresent() && slot.tensor().get().type() instanceof TensorType tensor
                    && tensor.elementType() != ElementType.STRING) {
                    var shape = tensor.dimensions().stream().mapToLong(Dimension::size)
                        .map(size -> Math.max(size, 1)).toArray();
                    return new Input.Numbers(Tensor.allocate(arena, tensor.elementType(), shape));
                }
            }
        }
        throw new ModelUnusableException("what the model gives cannot be found out without an input '" + slot
            + "'; give it a default in the GPUXfile, or " + SAY);
    }

    private static DataType type(String name, Answer answer, boolean row) {
        return switch (answer) {
            case Answer.Text _ -> DataTypes.StringType;
            case Answer.Labels _ -> LABELS;
            case Answer.Reading _ -> FoundColumns.READING;
            case Answer.Boxes _ -> FoundColumns.BOXES;
            case Answer.Image _ -> DataTypes.BinaryType;
            case Answer.Numbers(var value) -> type(name, value, row);
            case Answer.Similarities(_, var scores) -> type(scores, false);
            case Answer.Many(var answers) -> DataTypes.createArrayType(
                type(name, first(name, answers), false), false);
            case Answer.Parts(var parts) -> {
                var answers = new StructType();
                for (var part : first(name, parts).answers().entrySet()) {
                    answers = answers.add(part.getKey(), type(part.getKey(), part.getValue(), false), false);
                }
                yield FoundColumns.parts(answers);
            }
        };
    }

    private static DataType type(String name, Value value, boolean row) {
        return switch (value) {
            case Tensor tensor -> type(tensor, row);
            case MapValue map -> DataTypes.createMapType(element(map.keys().elementType()),
                element(map.values().elementType()), false);
            case SequenceValue sequence -> {
                var inner = type(name, first(name, sequence.elements()), false);
                yield row ? inner : DataTypes.createArrayType(inner, false);
            }
            case OptionalValue _ -> throw new ModelUnusableException("the output '" + name
                + "' may be missing, which has no column type");
        };
    }

    private static <T> T first(String name, List<? extends T> all) {
        if (all.isEmpty()) {
            throw new ModelUnusableException("the output '" + name + "' is empty for the defaults, so that what it is made of "
                + "is not known; " + SAY);
        }
        return all.getFirst();
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
}
