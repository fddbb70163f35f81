package dev.gpux.optimize.proof;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the file that a changed model is written to, and of its neighbours. */
class NewModelFileTest {
    /** More bytes than stay in the model when its weights go beside it. */
    private static final int WEIGHTS = 1000;

    @TempDir
    Path folder;

    private static OnnxModel model() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, WEIGHTS)
            .initializer("w", new long[] {WEIGHTS}, new float[WEIGHTS])
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, WEIGHTS).build();
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** A socket stands for /dev/null, which root could replace by a file. */
    @Test
    void whatIsNoFileIsNotReplaced() throws IOException {
        var target = folder.resolve("m.onnx");
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(target));
            var error = assertThrows(IOException.class, () -> NewModelFile.at(target));
            assertTrue(error.getMessage().contains("no file that could be replaced"), error::getMessage);
            assertFalse(Files.isRegularFile(target));
        }
        assertThrows(IOException.class, () -> NewModelFile.at(folder));
    }

    @Test
    void whatIsNotKeptLeavesTheOldFileAndNothingElse() throws IOException {
        var target = Files.writeString(folder.resolve("m.onnx"), "old");
        try (var file = NewModelFile.at(target)) {
            file.write(model(), true);
        }
        assertEquals("old", Files.readString(target));
        assertEquals(List.of("m.onnx"), names());
    }

    /** {@code m.onnx.data} may be what other models read, though {@code m.onnx} is gone or reads nothing of it. */
    @Test
    void sideFilesThatTheOldModelDoesNotReadStay() throws IOException {
        var target = folder.resolve("m.onnx");
        var others = Files.write(folder.resolve("m.onnx.data"), new byte[] {1, 2, 3});
        for (var old : List.of("", "no model")) {
            Files.deleteIfExists(target);
            if (!old.isEmpty()) {
                Files.writeString(target, old);
            }
            try (var file = NewModelFile.at(target)) {
                file.write(model(), true);
                file.keep();
            }
            assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(others), old);
        }
    }

    /** What ORT has mapped of the old model stays as it is: cut or written over in place, it would end the process. */
    @Test
    void whoHasOpenedTheOldModelKeepsIt() throws IOException {
        var target = folder.resolve("m.onnx");
        try (var file = NewModelFile.at(target)) {
            file.write(model(), true);
            file.keep();
        }
        try (var session = Session.open(target); var arena = Arena.ofConfined()) {
            for (boolean external : new boolean[] {true, false, true}) {
                try (var file = NewModelFile.at(target)) {
                    file.write(model(), external);
                    file.keep();
                }
                var x = Tensor.of(arena, new float[WEIGHTS], WEIGHTS);
                x.segment().fill((byte) 1);
                try (var outputs = session.run(Map.of("x", x))) {
                    assertArrayEquals(x.floats(), outputs.tensor("y").floats());
                }
            }
        }
    }

    @Test
    void theOldModelsWeightsGoAndNobodyElses() throws IOException {
        var target = folder.resolve("m.onnx");
        try (var file = NewModelFile.at(target)) {
            file.write(model(), true);
            file.keep();
        }
        var others = new byte[] {1, 2, 3};
        Files.write(folder.resolve("m.onnx.backup.data"), others);
        Files.write(folder.resolve("n.onnx.data"), others);
        try (var file = NewModelFile.at(target)) {
            file.write(model(), true);
            file.keep();
        }
        assertEquals(List.of("m.onnx", "m.onnx.1.data", "m.onnx.backup.data", "n.onnx.data"), names());
        assertArrayEquals(others, Files.readAllBytes(folder.resolve("n.onnx.data")));
        try (var read = OnnxModel.open(target)) {
            assertEquals(WEIGHTS * Float.BYTES, read.graph().initializers().getFirst().bytes().byteSize());
        }
    }
}
