package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** External data: what is found, and what is refused. */
class ExternalDataTest {
    @TempDir
    private Path temporary;
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        folder = Files.createDirectories(temporary.resolve("model"));
        Files.createDirectories(folder.resolve("sub"));
        Files.write(folder.resolve("w.bin"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
        Files.write(folder.resolve("sub/w.bin"), new byte[] {8, 9, 10, 11});
        Files.write(temporary.resolve("secret.bin"), new byte[8]);
    }

    private Path model(String... entries) throws IOException {
        var properties = new ArrayList<Property>();
        for (int i = 0; i < entries.length; i += 2) {
            properties.add(new Property(entries[i], entries[i + 1]));
        }
        var model = ModelBuilder.create().initializer(
            Tensor.ofExternal("w", OnnxDataType.INT8, new long[] {4}, properties)).build();
        var file = folder.resolve("m.onnx");
        OnnxWriter.write(model, file, WeightPlacement.AS_REFERENCED);
        return file;
    }

    private static byte first(Path file) throws IOException {
        try (var model = OnnxModel.open(file)) {
            return model.graph().initializers().getFirst().bytes().get(ValueLayout.JAVA_BYTE, 0);
        }
    }

    private static void refused(String why, Path file) throws IOException {
        try (var model = OnnxModel.open(file)) {
            var tensor = model.graph().initializers().getFirst();
            var error = assertThrows(OnnxFormatException.class, tensor::bytes);
            assertTrue(error.getMessage().contains(why), error.getMessage());
        }
    }

    @Test
    void offsetsAndFolders() throws IOException {
        assertEquals(0, first(model("location", "w.bin")));
        assertEquals(4, first(model("location", "w.bin", "offset", "4", "length", "4", "checksum", "?")));
        assertEquals(8, first(model("location", "sub/w.bin")));
        assertEquals(8, first(model("location", "./sub/w.bin")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.bin", "sub/../../secret.bin", "sub/../w.bin", "..", "C:\\secret.bin",
        "sub\\..\\..\\secret.bin", "", "/etc/hostname", "sub", ".", "none.bin", "*/_ORT_MEM_ADDR_/*", "a\0b"})
    void pathsThatAreNotInTheFolder(String location) throws IOException {
        refused("external data", model("location", location));
    }

    @Test
    void anAbsolutePathIntoTheFolder() throws IOException {
        refused("relative", model("location", folder.resolve("w.bin").toString()));
    }

    @Test
    void linksThatLeadOut() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.bin"), temporary.resolve("secret.bin"));
        Files.createSymbolicLink(folder.resolve("up"), temporary);
        Files.createSymbolicLink(folder.resolve("inside.bin"), Path.of("sub", "w.bin"));
        refused("link", model("location", "link.bin"));
        refused("link", model("location", "up/secret.bin"));
        assertEquals(8, first(model("location", "inside.bin")));
    }

    /** A download cache: a folder of links into a folder of blobs, the model and its data alike. */
    @Test
    void aModelThatIsALinkFindsDataBesideTheRealFile() throws IOException {
        var real = model("location", "data.bin");
        var snapshot = Files.createDirectories(temporary.resolve("snapshot"));
        Files.createSymbolicLink(snapshot.resolve("m.onnx"), real);
        Files.createSymbolicLink(snapshot.resolve("data.bin"), folder.resolve("sub/w.bin"));
        assertEquals(8, first(snapshot.resolve("m.onnx")));
    }

    @Test
    void rangesOutsideTheFile() throws IOException {
        refused("the file has 8", model("location", "w.bin", "offset", "5"));
        refused("the file has 8", model("location", "w.bin", "offset", "9223372036854775807"));
        refused("needs 4 bytes", model("location", "w.bin", "length", "3"));
        for (var offset : List.of("-1", "x", "", "1 ", "9223372036854775808", "99999999999999999999", "+1", "٣")) {
            refused("offset should be a whole number", model("location", "w.bin", "offset", offset));
        }
        refused("without a location", model("offset", "0"));
    }

    @Test
    void aModelInMemoryHasAFolderOnlyIfItIsGivenOne() throws IOException {
        var file = model("location", "w.bin", "offset", "2");
        var bytes = MemorySegment.ofArray(Files.readAllBytes(file));
        assertThrows(OnnxFormatException.class,
            () -> OnnxModel.parse(bytes).graph().initializers().getFirst().bytes());
        try (var model = OnnxModel.parse(bytes, folder)) {
            assertEquals(2, model.graph().initializers().getFirst().bytes().get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    @Test
    void moreThanTwoGibibytes() throws IOException {
        var end = 3L << 30;
        try (var channel = FileChannel.open(folder.resolve("large.bin"), StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[] {42, 0, 0, 0}), end);
        }
        assertEquals(42, first(model("location", "large.bin", "offset", Long.toString(end), "length", "4")));
    }
}
