package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read and written again is the same. */
class OnnxWriterTest {
    @TempDir
    private Path folder;

    /** A socket stands for /dev/null, which root could replace by a file, to the grief of all. */
    @Test
    void whatIsNoFileIsNotReplaced() throws IOException {
        var target = folder.resolve("m.onnx");
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(target));
            var error = assertThrows(IOException.class,
                () -> OnnxWriter.write(ModelBuilder.create().build(), target));
            assertTrue(error.getMessage().contains("no file that could be replaced"), error::getMessage);
            assertFalse(Files.isRegularFile(target));
        }
    }

    @Test
    void realModelsSurvive() throws IOException {
        for (var path : RealModels.ALL) {
            try (var model = OnnxModel.open(path)) {
                var copy = folder.resolve(path.getFileName());
                OnnxWriter.write(model, copy);
                try (var read = OnnxModel.open(copy)) {
                    assertEquals(model, read);
                }
                // These were written by protobuf itself with every field in order; scikit-learn's writes empty ones.
                if (!path.equals(RealModels.DIGITS_SKLEARN)) {
                    assertEquals(-1, Files.mismatch(path, copy), path.toString());
                }
            }
        }
        assertEquals(RealModels.ALL.size(), folderSize());
    }

    @Test
    void theSameBytesEverywhere() throws IOException {
        try (var model = OnnxModel.open(RealModels.TINY_BERT)) {
            var file = folder.resolve("m.onnx");
            OnnxWriter.write(model, file);
            var stream = new ByteArrayOutputStream();
            long size = OnnxWriter.write(model, Channels.newChannel(stream));
            assertEquals(size, stream.size());
            assertArrayEquals(Files.readAllBytes(file), stream.toByteArray());
            assertArrayEquals(Files.readAllBytes(file), OnnxWriter.toBytes(model));
            assertEquals(size, OnnxWriter.size(model));
        }
    }

    @Test
    void aModelCanBeWrittenOverItself() throws IOException {
        var file = Files.copy(RealModels.TINY_BERT, folder.resolve("m.onnx"));
        try (var model = OnnxModel.open(file)) {
            OnnxWriter.write(model.withProducer("gpux", "1"), file);
        }
        try (var model = OnnxModel.open(file); var original = OnnxModel.open(RealModels.TINY_BERT)) {
            assertEquals("gpux", model.producerName());
            assertEquals(original.graph(), model.graph());
        }
    }

    @Test
    void weightsInASideFile() throws IOException {
        var file = folder.resolve("m.onnx");
        try (var original = OnnxModel.open(RealModels.TINY_BERT)) {
            OnnxWriter.write(original, file, new WeightPlacement.SideFile("m.onnx.data", 1024));
            assertTrue(Files.size(file) < original.fileSize() / 2, "the model became small");
            try (var split = OnnxModel.open(file)) {
                long outside = 0;
                for (var tensor : split.graph().initializers()) {
                    if (tensor.data() instanceof TensorData.External external) {
                        assertEquals(0, external.offset() % 4096);
                        assertEquals("m.onnx.data", external.location());
                        outside++;
                    }
                    assertEquals(-1, tensor.bytes().mismatch(
                        original.graph().initializer(tensor.name()).orElseThrow().bytes()));
                }
                assertEquals(original.graph().initializers().stream()
                    .filter(t -> t.byteSize().orElseThrow() >= 1024).count(), outside);

                // Bringing them back gives the first file again.
                assertEquals(-1, MemorySegment.ofArray(OnnxWriter.toBytes(split))
                    .mismatch(MemorySegment.ofArray(Files.readAllBytes(RealModels.TINY_BERT))));
                assertEquals(split, OnnxModel.parse(
                    MemorySegment.ofArray(OnnxWriter.toBytes(split, WeightPlacement.AS_REFERENCED))));
            }
        }
        assertEquals(2, folderSize());
    }

    @Test
    void weightsOfSubgraphsGoToTheSideFileToo() throws IOException {
        var branch = GraphBuilder.create("b").initializer("w", new long[] {1000}, new float[1000])
            .node("Identity", List.of("w"), List.of("z")).output("z", OnnxDataType.FLOAT, 1000).build();
        var model = ModelBuilder.create().input("c", OnnxDataType.BOOL)
            .node("If", List.of("c"), List.of("y"), Attribute.of("then_branch", branch),
                Attribute.of("else_branch", branch))
            .output("y", OnnxDataType.FLOAT, 1000).build();
        var file = folder.resolve("m.onnx");
        OnnxWriter.write(model, file, new WeightPlacement.SideFile("w.bin", 100));
        assertEquals(4096 + 4000, Files.size(folder.resolve("w.bin")));
        try (var read = OnnxModel.open(file)) {
            assertEquals(model, ModelBuilderTest.throughBytes(OnnxModel.parse(
                MemorySegment.ofArray(OnnxWriter.toBytes(read)))));
        }
    }

    @Test
    void whatHasNoNameHereIsKept() {
        // training_info (20) of the model, quantization_annotation (14) of the graph, a made-up field 1000 of a node.
        var writer = new ProtoWriter();
        writer.message(7, () -> {
            writer.message(1, () -> {
                writer.text(4, "Relu");
                writer.varintField(1000, 7);
            });
            writer.message(14, () -> writer.text(1, "x"));
        });
        writer.message(20, () -> writer.message(2, () -> writer.text(2, "algorithm")));
        var model = OnnxModel.parse(MemorySegment.ofArray(writer.toBytes()));
        assertFalse(model.unknown().isEmpty());
        assertFalse(model.graph().unknown().isEmpty());
        assertFalse(model.graph().nodes().getFirst().unknown().isEmpty());
        assertArrayEquals(writer.toBytes(), OnnxWriter.toBytes(model));
    }

    @Test
    void aFailureLeavesTheOldFile() throws IOException {
        var file = Files.copy(RealModels.DIGITS_CNN, folder.resolve("m.onnx"));
        var dangling = ModelBuilder.create().initializer(Tensor.ofExternal("w", OnnxDataType.FLOAT, new long[] {1},
            List.of(new Property("location", "none.bin")))).build();
        assertThrows(OnnxFormatException.class, () -> OnnxWriter.write(dangling, file));
        assertEquals(-1, Files.mismatch(file, RealModels.DIGITS_CNN));
        assertEquals(1, folderSize());
    }

    @Test
    void aSideFileLiesBesideTheModel() {
        assertThrows(IllegalArgumentException.class, () -> new WeightPlacement.SideFile("../w", 0));
        assertThrows(IllegalArgumentException.class, () -> new WeightPlacement.SideFile("", 0));
        assertThrows(IllegalArgumentException.class, () -> new WeightPlacement.SideFile("w", -1));
    }

    private long folderSize() throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }
}
