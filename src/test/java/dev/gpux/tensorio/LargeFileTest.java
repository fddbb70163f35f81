package dev.gpux.tensorio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file of 1 GiB goes through a model as it lies in the page cache. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the kernel's account of the process in /proc")
class LargeFileTest {
    private static final long GIB = 1L << 30;
    private static final long ELEMENTS = GIB / Float.BYTES;
    /** Less than the file, and more than what other tests' threads and a collection may do to this process meanwhile. */
    private static final long SLACK = GIB / 2;
    private static final int HEADER = 128;

    @TempDir
    Path folder;

    @Test
    void neitherHeapNorAnonymousMemoryGrowsByTheFile() throws IOException {
        var file = sparseNpy(7.5f);
        try (var options = new SessionOptions(); var arena = Arena.ofConfined();
             var session = Session.open(OnnxWriter.toBytes(lastElements()), options)) {
            var small = Tensor.of(arena, new float[] {1, 2, 3}, 3);
            session.run(Map.of("x", small)).close();
            long anonymous = anonymousBytes();
            long heap = heapBytes();
            var big = TensorFiles.read(arena, file, session.inputs().getFirst());
            try (var outputs = session.run(Map.of("x", big))) {
                assertArrayEquals(new float[] {0, 7.5f}, outputs.tensor("y").floats());
                assertEquals(ELEMENTS, ((Tensor) big).shape().size(0));
                assertTrue(anonymousBytes() - anonymous < SLACK, () -> "anonymous memory grew to " + anonymousBytes());
                assertTrue(heapBytes() - heap < SLACK, () -> "the heap grew to " + heapBytes());
            }
        }
    }

    /** y = the last two elements of x: reads the far end of the file, computes next to nothing. */
    private static OnnxModel lastElements() {
        return ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n")
            .initializer("from", new long[] {1}, -2L).initializer("to", new long[] {1}, Long.MAX_VALUE)
            .node("Slice", List.of("x", "from", "to"), List.of("y")).output("y", OnnxDataType.FLOAT, "m").build();
    }

    /** Version 1.0 of the format: magic, header length, header padded to 128 bytes; zeros but for the last element. */
    private Path sparseNpy(float last) throws IOException {
        var dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + ELEMENTS + ",), }";
        var header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 0)
            .putShort((short) (HEADER - 10)).put(dictionary.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        header.put((byte) '\n').flip();
        var file = folder.resolve("big.npy");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(header);
            channel.write(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(last).flip(),
                HEADER + GIB - Float.BYTES);
        }
        return file;
    }

    private static long anonymousBytes() {
        try {
            var line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(text -> text.startsWith("RssAnon:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long heapBytes() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
