package dev.gpux.optimize.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Tensor;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.TensorNumbers;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights as integers, against values worked out by hand. */
class WeightsTest {
    private static final float EXACT = 1e-7f;

    @TempDir
    Path folder;

    private static byte[] bytes(Tensor tensor) {
        return tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
    }

    private static float[] floats(Tensor tensor) {
        var numbers = TensorNumbers.of(tensor).orElseThrow();
        var floats = new float[Math.toIntExact(tensor.elementCount().orElseThrow())];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers.get(i);
        }
        return floats;
    }

    @Test
    void eachColumnHasItsScale() throws IOException {
        // Columns: 1.27, -0.01 and 12.7, 6.4; 0 and 0.
        var weight = Tensor.ofFloats("w", new long[] {2, 3}, 1.27f, 12.7f, 0, -0.01f, 6.4f, 0);
        try (var scratch = ScratchFile.in(folder)) {
            var columns = IntegerWeight.perChannel(scratch, weight, 1, WeightRange.INT8, "q");
            assertArrayEquals(new float[] {0.01f, 0.1f, 1}, columns.scales(), EXACT);
            assertArrayEquals(new byte[] {127, 127, 0, -1, 64, 0}, bytes(columns.values()));
            assertEquals(List.of(2L, 3L), columns.values().dims());
        }
    }

    @Test
    void eachRowHasItsScaleAndMayBecomeAColumn() throws IOException {
        var weight = Tensor.ofFloats("w", new long[] {2, 3}, 1.27f, 0.02f, -0.5f, -25.4f, 0, 12.8f);
        try (var scratch = ScratchFile.in(folder)) {
            var rows = IntegerWeight.perChannel(scratch, weight, 0, WeightRange.INT8, "q");
            assertArrayEquals(new float[] {0.01f, 0.2f}, rows.scales(), EXACT);
            assertArrayEquals(new byte[] {127, 2, -50, -127, 0, 64}, bytes(rows.values()));
            var columns = rows.transposed(scratch);
            assertArrayEquals(new byte[] {127, -127, 2, 0, -50, 64}, bytes(columns.values()));
            assertEquals(List.of(3L, 2L), columns.values().dims());
        }
    }

    @Test
    void oneScaleForAllAndUnsignedIntegers() throws IOException {
        var weight = Tensor.ofFloats("w", new long[] {4}, 1.27f, -1.27f, 0, 0.5f);
        try (var scratch = ScratchFile.in(folder)) {
            var all = IntegerWeight.perTensor(scratch, weight, WeightRange.UINT8, "q");
            assertArrayEquals(new byte[] {(byte) 255, 1, (byte) 128, (byte) 178}, bytes(all.values()));
            var seven = IntegerWeight.perTensor(scratch, weight, WeightRange.INT7, "q");
            assertEquals(1.27f / 63, seven.scales()[0], EXACT);
            assertArrayEquals(new byte[] {63, -63, 0, 25}, bytes(seven.values()));
        }
    }

    @Test
    void fourBitBlocksArePackedLowBitsFirst() throws IOException {
        // One column of 20 rows in blocks of 16: 0 … 15, then -8, -7, -6, -5 and padding.
        var values = new float[20];
        for (int i = 0; i < 16; i++) {
            values[i] = i;
        }
        for (int i = 16; i < 20; i++) {
            values[i] = i - 24;
        }
        var weight = Tensor.ofFloats("w", new long[] {20, 1}, values);
        try (var scratch = ScratchFile.in(folder)) {
            var blocks = BlockWeight.of(scratch, weight, false, new BlockOptions(4, 16, false, false, 0, Keep.NONE),
                Optional.empty(), Optional.empty());
            assertEquals(List.of(1L, 2L, 8L), blocks.values().dims());
            assertArrayEquals(new float[] {1, 8f / 15}, floats(blocks.scales()), EXACT);
            // 0 is 0 in the first block, and 15 in the second: low half, high half of one byte.
            assertArrayEquals(new byte[] {(byte) 0xF0}, bytes(blocks.zeroPoints().orElseThrow()));
            // Second block: -8 → 0, -7 → 15 - 13.125 = 2, -6 → 15 - 11.25 = 4, -5 → 15 - 9.375 = 6, padding 15.
            assertArrayEquals(new byte[] {0x10, 0x32, 0x54, 0x76, (byte) 0x98, (byte) 0xBA, (byte) 0xDC, (byte) 0xFE,
                0x20, 0x64, -1, -1, -1, -1, -1, -1}, bytes(blocks.values()));
        }
    }

    @Test
    void symmetricBlocksGiveTheLargerSideTheSpareInteger() throws IOException {
        var values = new float[16];
        values[0] = 4;
        values[1] = -3.5f;
        values[2] = 0.5f;
        var weight = Tensor.ofFloats("w", new long[] {16, 1}, values);
        try (var scratch = ScratchFile.in(folder)) {
            var blocks = BlockWeight.of(scratch, weight, false, new BlockOptions(4, 16, true, false, 0, Keep.NONE),
                Optional.empty(), Optional.empty());
            assertTrue(blocks.zeroPoints().isEmpty());
            assertArrayEquals(new float[] {-0.5f}, floats(blocks.scales()), EXACT);
            // 4 / -0.5 + 8 = 0; -3.5 → 15; 0.5 → 7; 0 → 8.
            assertArrayEquals(new byte[] {(byte) 0xF0, (byte) 0x87}, Arrays.copyOf(bytes(blocks.values()), 2));
        }
    }

    @Test
    void eightBitBlocksTakeRowsOfATransposedMatrix() throws IOException {
        var values = new float[32];
        values[0] = 2.55f;
        values[16] = -2.55f;
        var weight = Tensor.ofFloats("w", new long[] {2, 16}, values);
        try (var scratch = ScratchFile.in(folder)) {
            var blocks = BlockWeight.of(scratch, weight, true, new BlockOptions(8, 16, false, false, 0, Keep.NONE),
                Optional.empty(), Optional.empty());
            assertEquals(List.of(2L, 1L, 16L), blocks.values().dims());
            assertArrayEquals(new float[] {0.01f, 0.01f}, floats(blocks.scales()), EXACT);
            assertArrayEquals(new byte[] {0, -1}, bytes(blocks.zeroPoints().orElseThrow()));
            assertEquals(-1, bytes(blocks.values())[0]);
            assertEquals(0, bytes(blocks.values())[16]);
            assertEquals(-1, bytes(blocks.values())[17]);
        }
    }

    @Test
    void aSearchedScaleLosesNoMoreThanThatOfTheExtremes() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var numbers = new float[32];
            var ones = new float[32];
            Arrays.fill(ones, 1);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian();
            }
            for (var symmetric : List.of(true, false)) {
                var plain = new BlockFitter(new BlockOptions(4, 32, symmetric, false, 0, Keep.NONE)).fit(numbers,
                    ones, 32);
                var searched = new BlockFitter(new BlockOptions(4, 32, symmetric, true, 0, Keep.NONE)).fit(numbers,
                    ones, 32);
                assertTrue(loss(searched, numbers) <= loss(plain, numbers));
            }
        }
    }

    private static double loss(Affine affine, float[] numbers) {
        double loss = 0;
        for (float number : numbers) {
            loss += Math.pow(affine.dequantize(affine.quantize(number)) - number, 2);
        }
        return loss;
    }

    @Test
    void scratchFilesLeaveNothing() throws IOException {
        try (var scratch = ScratchFile.in(folder)) {
            var large = scratch.allocate(1 << 20);
            large.set(ValueLayout.JAVA_BYTE, (1 << 20) - 1, (byte) 7);
            var second = scratch.allocate(1 << 17);
            assertEquals(0, second.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(7, large.get(ValueLayout.JAVA_BYTE, (1 << 20) - 1));
        }
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }
}
