package dev.gpux.optimize.proof;

import dev.gpux.engine.InputSlot;
import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Inputs that are made up: real numbers from the normal distribution; integers below the number of rows of the table
 * that they choose from, where the model has one, else 0 or 1, and 1 alone in what is called a mask. Open dimensions
 * are 1 where they come first, 16 elsewhere, 64 in pictures. The same for the same model and number.
 */
public final class RandomInputs {
    private static final int SEQUENCE = 16;
    private static final int PICTURE = 64;
    private static final int PICTURE_RANK = 4;

    private final Map<String, long[]> shapes;
    private final Map<String, Long> dimensions;
    private final Map<String, Long> rows = new HashMap<>();

    /** For a model, with these shapes instead of its own: input → shape. */
    public RandomInputs(OnnxModel model, Map<String, long[]> shapes) {
        this(model, shapes, Map.of());
    }

    /**
     * For a model.
     *
     * @param model whose graph says what integers mean
     * @param shapes input → its shape, for those that shall have another one
     * @param dimensions name of an open dimension → its size, likewise
     */
    public RandomInputs(OnnxModel model, Map<String, long[]> shapes, Map<String, Long> dimensions) {
        this.shapes = Map.copyOf(shapes);
        this.dimensions = Map.copyOf(dimensions);
        for (var node : model.graph().nodes()) {
            if (node.opType().equals("Gather") && node.inputs().size() == 2) {
                rows(model, node);
            }
        }
    }

    private RandomInputs() {
        this.shapes = Map.of();
        this.dimensions = Map.of();
    }

    /** For a model whose graph cannot be read, as in ORT format: integers are 0 or 1. */
    public static RandomInputs ofUnknown() {
        return new RandomInputs();
    }

    private void rows(OnnxModel model, Node gather) {
        model.graph().initializer(gather.inputs().getFirst()).filter(table -> !table.dims().isEmpty()
            && gather.intAttribute("axis").orElse(0) == 0).ifPresent(table ->
                rows.merge(gather.inputs().get(1), table.dims().getFirst(), Math::min));
    }

    /**
     * The set of inputs with this number.
     *
     * @throws OptimizeException if an input is no tensor of numbers
     */
    Map<String, Input> item(Arena arena, List<InputSlot> slots, int number) {
        var random = new SplittableRandom(number);
        var item = new HashMap<String, Input>();
        for (var slot : slots) {
            if (slot.initial().isPresent()) {
                continue;
            }
            if (slot.type() != InputSpec.Type.TENSOR || slot.tensor().isEmpty()) {
                throw new OptimizeException("input '" + slot + "' cannot be made up; give inputs with -i, or tests in "
                    + "the GPUXfile");
            }
            item.put(slot.name(), new Input.Numbers(tensor(arena, slot.tensor().get(), random)));
        }
        return item;
    }

    /** A tensor for an input of a model. */
    Tensor tensor(Arena arena, ValueInfo info, SplittableRandom random) {
        if (!(info.type() instanceof TensorType type)) {
            throw new OptimizeException("input '" + info + "' is no tensor; give inputs with -i");
        }
        var shape = shapes.getOrDefault(info.name(), sizes(type.dimensions()));
        if (type.elementType() == ElementType.STRING) {
            int count = Math.toIntExact(Shape.of(shape).elements());
            return Tensor.ofStrings(arena, Collections.nCopies(count, "a"), shape);
        }
        var tensor = Tensor.allocate(arena, type.elementType(), shape);
        long bound = info.name().toLowerCase(Locale.ROOT).contains("mask") ? 1 : rows.getOrDefault(info.name(), 2L);
        for (long i = 0; i < tensor.shape().elements(); i++) {
            long integer = bound == 1 ? 1 : random.nextLong(bound);
            fill(tensor, i, integer, random);
        }
        return tensor;
    }

    private static void fill(Tensor tensor, long i, long integer, SplittableRandom random) {
        var data = tensor.segment();
        switch (tensor.elementType()) {
            case FLOAT32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            case FLOAT64 -> data.setAtIndex(ValueLayout.JAVA_DOUBLE, i, random.nextGaussian());
            case FLOAT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i,
                Float.floatToFloat16((float) random.nextGaussian()));
            case INT64, UINT64 -> data.setAtIndex(ValueLayout.JAVA_LONG, i, integer);
            case INT32, UINT32 -> data.setAtIndex(ValueLayout.JAVA_INT, i, (int) integer);
            case INT16, UINT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) integer);
            case INT8, UINT8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(128));
            case BOOL -> data.set(ValueLayout.JAVA_BYTE, i, (byte) 1);
            default -> { }
        }
    }

    private long[] sizes(List<Dimension> declared) {
        var sizes = new long[declared.size()];
        for (int i = 0; i < sizes.length; i++) {
            var dimension = declared.get(i);
            long other = i == 0 ? 1 : sizes.length == PICTURE_RANK ? PICTURE : SEQUENCE;
            sizes[i] = dimension.isFixed() ? dimension.size()
                : dimension.symbol().map(dimensions::get).orElse(other);
        }
        return sizes;
    }
}
