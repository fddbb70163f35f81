package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.Dim;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.ValueType.TensorType;
import dev.gpux.onnx.WeightPlacement;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening models, and what they say of themselves. */
class SessionTest {
    private static final byte[] PLUS = Models.bytes(Models.plus(1, 2));

    private static void addsOneAndTwo(Session session) {
        try (session; var arena = Arena.ofConfined();
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[2], 2)))) {
            assertArrayEquals(new float[] {1, 2}, outputs.tensor("y").floats());
        }
    }

    @Test
    void opensAFile(@TempDir Path folder) throws IOException {
        var file = Files.write(folder.resolve("modell ünïcode 模型.onnx"), PLUS);
        addsOneAndTwo(Session.open(file));
        try (var options = new SessionOptions()) {
            addsOneAndTwo(Session.open(file, options));
            // Options are good for any number of sessions, and need not outlive them.
            var session = Session.open(file, options);
            options.close();
            addsOneAndTwo(session);
        }
    }

    @Test
    void opensBytes() {
        try (var options = new SessionOptions()) {
            addsOneAndTwo(Session.open(PLUS, options));
        }
    }

    @Test
    void opensAMappedFileThatMayBeGoneAfterwards(@TempDir Path folder) throws IOException {
        var file = Files.write(folder.resolve("plus.onnx"), PLUS);
        Session session;
        try (var arena = Arena.ofConfined(); var options = new SessionOptions();
             var channel = FileChannel.open(file)) {
            session = Session.open(channel.map(MapMode.READ_ONLY, 0, channel.size(), arena), options);
        }
        addsOneAndTwo(session);
    }

    @Test
    void findsExternalDataBesideTheFile(@TempDir Path folder) throws IOException {
        var file = folder.resolve("m.onnx");
        OnnxWriter.write(Models.plus(1, 2).build(), file,
            new WeightPlacement.SideFile("weights.bin", 1));
        assertTrue(Files.exists(folder.resolve("weights.bin")));
        addsOneAndTwo(Session.open(file));
        Files.delete(folder.resolve("weights.bin"));
        assertThrows(OrtException.class, () -> Session.open(file));
    }

    @Test
    void refusesWhatIsNoModel(@TempDir Path folder) throws IOException {
        var text = Files.writeString(folder.resolve("text.onnx"), "this is no model");
        var empty = Files.createFile(folder.resolve("empty.onnx"));
        var cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(PLUS, PLUS.length / 2));
        var none = folder.resolve("none.onnx");
        assertThrows(OrtException.class, () -> Session.open(folder));
        for (var path : List.of(text, empty, cut, none)) {
            var e = assertThrows(OrtException.class, () -> Session.open(path));
            assertTrue(e.getMessage().contains(path.getFileName().toString()), e::getMessage);
        }
        assertEquals(ErrorCode.NO_SUCHFILE,
            assertThrows(OrtException.class, () -> Session.open(none)).code());
        assertEquals(ErrorCode.INVALID_PROTOBUF,
            assertThrows(OrtException.class, () -> Session.open(text)).code());
        try (var options = new SessionOptions(); var arena = Arena.ofConfined()) {
            for (var bytes : List.of(new byte[0], new byte[] {1}, new byte[100],
                    "hello, world".getBytes(), Arrays.copyOf(PLUS, PLUS.length - 9))) {
                assertThrows(OrtException.class, () -> Session.open(bytes, options));
            }
            assertThrows(OrtException.class, () -> Session.open(MemorySegment.NULL, options));
            assertThrows(OrtException.class, () -> Session.open(arena.allocate(0), options));
            assertThrows(TensorException.class, () -> Session.open(MemorySegment.ofArray(PLUS), options));
        }
    }

    @Test
    void refusesAnOpsetOfTheFuture() {
        var model = ModelBuilder.create().irVersion(8).opset(9999).input("x", OnnxDataType.FLOAT, 1)
            .node("Neg", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, 1);
        var e = assertThrows(OrtException.class, () -> Models.open(model));
        assertTrue(e.getMessage().contains("9999"), e::getMessage);
    }

    @Test
    void showsSymbolicDimensions() {
        var model = ModelBuilder.create()
            .input("x", OnnxDataType.FLOAT, "batch", 3, "?", 0)
            .input("scalar", OnnxDataType.INT64)
            .node("Identity", List.of("x"), List.of("y")).node("Identity", List.of("scalar"), List.of("z"))
            .output("y", OnnxDataType.FLOAT, "batch", 3, "?", 0).output("z", OnnxDataType.INT64);
        try (var session = Models.open(model)) {
            var type = (ValueType.TensorType) session.inputs().getFirst().type();
            assertEquals(ElementType.FLOAT32, type.elementType());
            assertEquals(List.of(new Dimension(-1, Optional.of("batch")), Dimension.fixed(3), Dimension.UNKNOWN,
                Dimension.fixed(0)), type.dimensions());
            assertEquals("[x: float32[batch, 3, ?, 0], scalar: int64[]]", session.inputs().toString());
            assertEquals("[y: float32[batch, 3, ?, 0], z: int64[]]", session.outputs().toString());
            assertEquals("Session(%d bytes in memory: x, scalar -> y, z)".formatted(Models.bytes(model).length),
                session.toString());
        }
    }

    @Test
    void showsWhatAModelSaysOfItself() {
        var model = Models.plus(1).name("the graph").producer("a tool", "9").docString("what it is")
            .metadata("zwei", "2").metadata("eins", "").metadata("größe", "日本");
        try (var session = Models.open(model)) {
            var metadata = session.metadata();
            assertEquals("a tool", metadata.producer());
            assertEquals("the graph", metadata.graphName());
            assertEquals("what it is", metadata.description());
            assertEquals("", metadata.graphDescription());
            assertEquals(OptionalLong.empty(), metadata.version());
            assertEquals(Map.of("zwei", "2", "eins", "", "größe", "日本"), metadata.custom());
        }
        try (var session = Models.open(Models.plus(1))) {
            assertEquals(Map.of(), session.metadata().custom());
        }
    }

    @Test
    void showsTheMetadataOfARealModel() {
        try (var session = Session.open(Models.fetched("lr_mnist.onnx"))) {
            assertEquals("skl2onnx", session.metadata().producer());
            assertEquals("ai.onnx", session.metadata().domain());
            assertEquals(OptionalLong.of(0), session.metadata().version());
        }
    }

    @Test
    void runsARealSentenceEncoder() {
        try (var session = Session.open(Models.fetched("all-minilm-l6-v2-q.onnx")); var arena = Arena.ofConfined()) {
            var ids = Tensor.of(arena, new long[] {101, 7592, 2088, 102}, 1, 4);
            var mask = Tensor.of(arena, new long[] {1, 1, 1, 1}, 1, 4);
            var types = Tensor.of(arena, new long[4], 1, 4);
            try (var outputs = session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
                assertEquals(Shape.of(1, 4, 384), outputs.tensor("last_hidden_state").shape());
                var states = outputs.tensor("last_hidden_state").floats();
                var mean = new double[384];
                double norm = 0;
                for (int i = 0; i < 384; i++) {
                    mean[i] = (states[i] + states[384 + i] + states[768 + i] + states[1152 + i]) / 4;
                    norm += mean[i] * mean[i];
                }
                double[] expected = {-0.035677, 0.020679, 0.004705, 0.026537, -0.050291};
                for (int i = 0; i < expected.length; i++) {
                    assertEquals(expected[i], mean[i] / Math.sqrt(norm), 0.02);
                }
            }
        }
    }

    @Test
    void outputsOfARunIntoAnArenaLiveAsLongAsTheArena() {
        var arena = Arena.ofShared();
        Tensor y;
        try (var session = Models.open(Models.plus(1, 2)); var inputs = Arena.ofConfined()) {
            var outputs = session.run(arena, Map.of("x", Tensor.of(inputs, new float[2], 2)));
            y = (Tensor) outputs.get("y");
            assertEquals(1, outputs.size());
        }
        assertArrayEquals(new float[] {1, 2}, y.floats());
        arena.close();
        assertThrows(IllegalStateException.class, y::floats);
    }

    @Test
    void fixesDimensionsByNameAndByMeaning() {
        var dims = List.<Dim>of(new Dim.Symbolic("n", "DATA_BATCH"), new Dim.Symbolic("m", ""));
        var type = new TensorType(OnnxDataType.FLOAT.number(), Optional.of(dims), "");
        var model = Models.bytes(ModelBuilder.create().input("x", type).node("Neg", List.of("x"), List.of("y"))
            .output("y", type));
        try (var options = new SessionOptions();
             var session = Session.open(model, options.freeDimensionByDenotation("DATA_BATCH", 4)
                 .freeDimension("m", 5));
             var prepared = session.prepare().build()) {
            assertEquals("[x: float32[4, 5]]", session.inputs().toString());
            assertEquals(Shape.of(4, 5), prepared.input("x").shape());
        }
    }
}
