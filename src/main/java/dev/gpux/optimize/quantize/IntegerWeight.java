package dev.gpux.optimize.quantize;

import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.Tensor;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.TensorNumbers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A weight as integers, with one scale for all or one for each channel.
 *
 * @param values the integers, shaped as the weight was, or transposed
 * @param scales one number for each channel; a single one if the weight is taken as a whole
 */
record IntegerWeight(Tensor values, float[] scales) {
    /** How the weight is read: {@code outer} × {@code channels} × {@code inner} elements, row-major. */
    private record Layout(long outer, int channels, long inner) {
        static Layout of(Tensor tensor, int axis) {
            long outer = 1;
            long inner = 1;
            for (int i = 0; i < tensor.dims().size(); i++) {
                outer *= i < axis ? tensor.dims().get(i) : 1;
                inner *= i > axis ? tensor.dims().get(i) : 1;
            }
            return new Layout(outer, Math.toIntExact(tensor.dims().get(axis)), inner);
        }
    }

    /**
     * Quantises a {@code float32} weight with a scale for each index of {@code axis}.
     *
     * @param name what to call the integers
     * @param axis the channels' dimension
     */
    static IntegerWeight perChannel(ScratchFile scratch, Tensor weight, int axis, WeightRange range, String name) {
        return of(scratch, weight, Layout.of(weight, axis), range, name);
    }

    /** Quantises a {@code float32} weight with a single scale. */
    static IntegerWeight perTensor(ScratchFile scratch, Tensor weight, WeightRange range, String name) {
        return of(scratch, weight, new Layout(1, 1, weight.elementCount().orElseThrow()), range, name);
    }

    private static IntegerWeight of(ScratchFile scratch, Tensor weight, Layout layout, WeightRange range,
                                    String name) {
        var from = weight.bytes();
        var affine = affine(from, layout, range);
        var to = scratch.allocate(weight.elementCount().orElseThrow());
        long index = 0;
        for (long outer = 0; outer < layout.outer(); outer++) {
            for (int channel = 0; channel < layout.channels(); channel++) {
                for (long inner = 0; inner < layout.inner(); inner++, index++) {
                    to.set(ValueLayout.JAVA_BYTE, index,
                        (byte) affine[channel].quantize(from.get(TensorNumbers.FLOAT, index << 2)));
                }
            }
        }
        var dims = weight.dims().stream().mapToLong(Long::longValue).toArray();
        return new IntegerWeight(Tensor.of(name, range.type(), dims, to), scales(affine));
    }

    private static Affine[] affine(MemorySegment from, Layout layout, WeightRange range) {
        var largest = new float[layout.channels()];
        long index = 0;
        for (long outer = 0; outer < layout.outer(); outer++) {
            for (int channel = 0; channel < layout.channels(); channel++) {
                float most = largest[channel];
                for (long inner = 0; inner < layout.inner(); inner++, index++) {
                    float value = Math.abs(from.get(TensorNumbers.FLOAT, index << 2));
                    most = value > most ? value : most;
                }
                largest[channel] = most;
            }
        }
        var affine = new Affine[largest.length];
        for (int channel = 0; channel < affine.length; channel++) {
            affine[channel] = range.affine(largest[channel]);
        }
        return affine;
    }

    private static float[] scales(Affine[] affine) {
        var scales = new float[affine.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = affine[i].scale();
        }
        return scales;
    }

    /** The same with rows and columns swapped; the scales stay with what they belong to. */
    IntegerWeight transposed(ScratchFile scratch) {
        long rows = values.dims().get(0);
        long columns = values.dims().get(1);
        var from = values.bytes();
        var to = scratch.allocate(rows * columns);
        for (long row = 0; row < rows; row++) {
            for (long column = 0; column < columns; column++) {
                to.set(ValueLayout.JAVA_BYTE, column * rows + row, from.get(ValueLayout.JAVA_BYTE, row * columns
                    + column));
            }
        }
        return new IntegerWeight(Tensor.of(values.name(), values.type().orElse(OnnxDataType.INT8),
            new long[] {columns, rows}, to), scales);
    }
}
