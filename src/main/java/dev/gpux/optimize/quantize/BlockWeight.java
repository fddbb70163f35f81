package dev.gpux.optimize.quantize;

import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.Tensor;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.TensorNumbers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A weight matrix [K, N] as {@code com.microsoft.MatMulNBits} has it: for each column its K elements in blocks, the
 * last one padded.
 *
 * @param values uint8 [N, blocks, block · bits / 8]; of two 4-bit integers in a byte the first is in the low bits
 * @param scales float32 [N · blocks]
 * @param zeroPoints uint8 [N · ⌈blocks · bits / 8⌉], packed likewise column by column; none if 2^(bits-1) means 0
 */
record BlockWeight(Tensor values, Tensor scales, Optional<Tensor> zeroPoints) {
    private static final float LEAST = 1e-3f;
    private static final int TILE = 64;

    /**
     * Quantises.
     *
     * @param weight float32 [K, N], or [N, K] if {@code transposed}
     * @param importance how much each of the K rows matters; empty if all the same
     * @param corrector makes good errors of rows by rows behind them
     */
    static BlockWeight of(ScratchFile scratch, Tensor weight, boolean transposed, BlockOptions options,
                          Optional<float[]> importance, Optional<Corrector> corrector) {
        int rows = Math.toIntExact(weight.dims().get(transposed ? 1 : 0));
        int columns = Math.toIntExact(weight.dims().get(transposed ? 0 : 1));
        int blocks = Math.ceilDiv(rows, options.block());
        long blockBytes = (long) options.block() * options.bits() / Byte.SIZE;
        long zeroBytes = Math.ceilDiv((long) blocks * options.bits(), Byte.SIZE);
        var from = weight.bytes();
        var values = scratch.allocate(columns * blocks * blockBytes);
        var scales = scratch.allocate((long) columns * blocks * Float.BYTES);
        var zeros = options.symmetric() ? Optional.<MemorySegment>empty()
            : Optional.of(scratch.allocate(columns * zeroBytes));
        var packed = new Packed(values, scales, zeros, blocks, blockBytes, zeroBytes, options);
        var fitter = new BlockFitter(options);
        var tile = new float[TILE][rows];
        for (int first = 0; first < columns; first += TILE) {
            int begin = first;
            read(from, tile, begin, columns, transposed);
            // Columns know nothing of each other, and finding their scales is what takes long.
            IntStream.range(0, Math.min(TILE, columns - begin)).parallel().forEach(i -> {
                var affines = new Affine[blocks];
                choose(tile[i], affines, fitter, options.block(), importance, corrector);
                packed.put(begin + i, tile[i], affines);
            });
        }
        var name = weight.name() + "_q" + options.bits();
        return new BlockWeight(Tensor.of(name, OnnxDataType.UINT8, new long[] {columns, blocks, blockBytes}, values),
            Tensor.of(name + "_scales", OnnxDataType.FLOAT, new long[] {(long) columns * blocks}, scales),
            zeros.map(bytes -> Tensor.of(name + "_zero_points", OnnxDataType.UINT8,
                new long[] {columns * zeroBytes}, bytes)));
    }

    /** Reads some columns at once: what lies side by side is in one line of the processor's cache. */
    private static void read(MemorySegment from, float[][] tile, int first, int columns, boolean transposed) {
        int count = Math.min(TILE, columns - first);
        int rows = tile[0].length;
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < count; i++) {
                long index = transposed ? (long) (first + i) * rows + row : (long) row * columns + first + i;
                tile[i][row] = from.get(TensorNumbers.FLOAT, index << 2);
            }
        }
    }

    /** The scales of a column, which is corrected on the way if somebody can. */
    private static void choose(float[] numbers, Affine[] affines, BlockFitter fitter, int size,
                               Optional<float[]> importance, Optional<Corrector> corrector) {
        var part = new float[size];
        var weights = new float[size];
        Corrector.Fit fit = first -> {
            int count = Math.min(size, numbers.length - first);
            for (int i = 0; i < count; i++) {
                part[i] = numbers[first + i];
                // Rows that calibration never reached still count a little.
                weights[i] = importance.isPresent() ? importance.get()[first + i] + LEAST : 1;
            }
            return fitter.fit(part, weights, count);
        };
        if (corrector.isPresent()) {
            corrector.get().correct(numbers, size, fit, affines);
            return;
        }
        for (int block = 0; block < affines.length; block++) {
            affines[block] = fit.fit(block * size);
        }
    }

    /** Where integers, scales and zero points go; no two columns share a byte. */
    private record Packed(MemorySegment values, MemorySegment scales, Optional<MemorySegment> zeros, int blocks,
                          long blockBytes, long zeroBytes, BlockOptions options) {
        void put(int column, float[] numbers, Affine[] affines) {
            for (int block = 0; block < blocks; block++) {
                var affine = affines[block];
                long number = (long) column * blocks + block;
                scales.set(TensorNumbers.FLOAT, number << 2, affine.scale());
                for (int i = 0; i < options.block(); i++) {
                    int row = block * options.block() + i;
                    // What is behind the last row is multiplied by zeroes; the zero point is as good as anything.
                    BlockWeight.put(values, number * blockBytes, i, row < numbers.length
                        ? affine.quantize(numbers[row]) : affine.zeroPoint(), options.bits());
                }
                if (zeros.isPresent()) {
                    BlockWeight.put(zeros.get(), column * zeroBytes, block, affine.zeroPoint(), options.bits());
                }
            }
        }
    }

    private static void put(MemorySegment bytes, long base, int index, int value, int bits) {
        if (bits == Byte.SIZE) {
            bytes.set(ValueLayout.JAVA_BYTE, base + index, (byte) value);
            return;
        }
        long at = base + index / 2;
        int old = bytes.get(ValueLayout.JAVA_BYTE, at);
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) (index % 2 == 0 ? old & 0xF0 | value : old & 0x0F | value << 4));
    }
}
