package dev.gpux.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading the real models, and refusing what is none. */
class OnnxModelTest {
    @TempDir
    private Path folder;

    @Test
    void miniLm() throws IOException {
        try (var model = OnnxModel.open(RealModels.MINILM)) {
            assertEquals(22_972_370, model.fileSize());
            assertEquals("[input_ids: int64[batch_size,sequence_length], "
                + "attention_mask: int64[batch_size,sequence_length], "
                + "token_type_ids: int64[batch_size,sequence_length]]", model.graph().inputs().toString());
            assertEquals("[last_hidden_state: float32[batch_size,sequence_length,384]]",
                model.graph().outputs().toString());
            assertEquals(List.of(new OperatorSet("", 11)), model.opsets());

            // 6 layers: query, key, value, output, two of the feed-forward; 8-bit embeddings of 30522 words.
            var counts = model.graph().nodes().stream()
                .collect(Collectors.groupingBy(Node::operator, Collectors.counting()));
            assertEquals(36, counts.get("MatMulInteger"));
            assertEquals(6, counts.get("Softmax"));
            var words = model.graph().initializers().stream()
                .filter(t -> t.dims().equals(List.of(30522L, 384L))).findFirst().orElseThrow();
            assertEquals(OnnxDataType.UINT8, words.type().orElseThrow());
            assertEquals(30522 * 384, words.bytes().byteSize());
            assertTrue(words.bytes().isMapped());
        }
    }

    @Test
    void digitsCnn() throws IOException {
        try (var model = OnnxModel.open(RealModels.DIGITS_CNN)) {
            var graph = model.graph();
            assertEquals(ValueType.tensor(OnnxDataType.FLOAT, "batch", 1, 28, 28), graph.inputs().getFirst().type());
            assertEquals(ValueType.tensor(OnnxDataType.FLOAT, "batch", 10), graph.outputs().getFirst().type());
            var conv = graph.nodes().stream().filter(n -> n.opType().equals("Conv")).findFirst().orElseThrow();
            var kernel = conv.attribute("kernel_shape").orElseThrow().value();
            var weight = graph.initializer(conv.inputs().get(1)).orElseThrow();
            assertTrue(kernel instanceof AttributeValue.IntsValue ints
                && ints.values()[0] == weight.dims().get(2) && ints.count() == 2, kernel.toString());
            for (var tensor : graph.initializers()) {
                assertEquals(tensor.byteSize().orElseThrow(), tensor.bytes().byteSize());
            }
        }
    }

    @Test
    void scikitLearn() throws IOException {
        try (var model = OnnxModel.open(RealModels.DIGITS_SKLEARN)) {
            assertEquals("[float_input: float32[?,784]]", model.graph().inputs().toString());
            assertEquals("[output_label: int64[1], output_probability: sequence<map<int64,float32[...]>>]",
                model.graph().outputs().toString());
            assertEquals(1, model.opset("ai.onnx.ml").orElseThrow().version());
            assertEquals(model.opset(""), model.opset("ai.onnx"));
            var classifier = model.graph().nodes().stream()
                .filter(n -> n.operator().equals("ai.onnx.ml.LinearClassifier")).findFirst().orElseThrow();
            var weights = (AttributeValue.FloatsValue) classifier.attribute("coefficients").orElseThrow().value();
            assertEquals(10 * 784, weights.count());
            assertEquals(10 * 784, weights.values().length);
        }
    }

    @Test
    void weightsCannotBeReadAfterClose() throws IOException {
        var model = OnnxModel.open(RealModels.DIGITS_CNN);
        var derived = model.withGraph(model.graph().withOutputs(List.of()));
        var bytes = model.graph().initializers().getFirst().bytes();
        model.close();
        model.close();
        assertThrows(IllegalStateException.class, () -> bytes.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> OnnxWriter.toBytes(derived));
        assertEquals(13, derived.graph().nodes().size());
    }

    @Test
    void aMissingFileAFolderAndAnEmptyFile() throws IOException {
        assertThrows(NoSuchFileException.class, () -> OnnxModel.open(folder.resolve("none.onnx")));
        assertMessage("is not a file", folder);
        assertMessage("empty file", Files.createFile(folder.resolve("empty.onnx")));
    }

    static List<Arguments> wrongFiles() {
        return List.of(
            arguments("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "PNG"),
            arguments("PK\u0003\u0004\u0014\0\0\0", "zip"),
            arguments("\u0089HDF\r\n\u001a\n", "HDF5"),
            arguments("\u0080\u0002}q\u0001", "pickle"),
            arguments("GGUF\u0003\0\0\0", "GGUF"),
            arguments("(\0\0\0ORTM\0\0", "ORT format"),
            arguments("<!DOCTYPE html>\n<html><body>Sign in</body></html>", "HTML"),
            arguments("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "git lfs pull"),
            arguments("{\"error\":\"not found\"}", "JSON"),
            arguments("Entry not found", "text file"),
            arguments("@\0\0\0\0\0\0\0{\"w\":{\"dtype\":\"F32\"}}", "safetensors"));
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void wrongFilesAreNamed(String content, String kind) throws IOException {
        var file = Files.write(folder.resolve("wrong.onnx"), content.getBytes(StandardCharsets.ISO_8859_1));
        assertMessage(kind, file);
    }

    @Test
    void truncationSaysWhatIsMissing() throws IOException {
        var whole = Files.readAllBytes(RealModels.DIGITS_CNN);
        var file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, 50_000));
        var error = assertThrows(OnnxFormatException.class, () -> OnnxModel.open(file));
        assertTrue(error.getMessage().contains("truncated: model: graph wants "), error.getMessage());
        assertTrue(error.getMessage().endsWith("the file has 50000"), error.getMessage());
        assertTrue(error.offset().isPresent());
        Files.delete(file);
        assertFalse(Files.exists(file));
    }

    /** A weight of 3 GiB that is a hole in a sparse file, and the rest of the model behind it. */
    @Test
    void aFileOfMoreThanTwoGibibytes() throws IOException {
        long size = 3L << 30;
        var file = folder.resolve("large.onnx");
        try (var arena = Arena.ofConfined(); var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            var hole = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            var model = ModelBuilder.create()
                .initializer(Tensor.of("w", OnnxDataType.INT8, new long[] {3, 1 << 30}, hole))
                .node("Identity", List.of("w"), List.of("y")).output("y", OnnxDataType.INT8, 3, 1 << 30).build();
            var writer = new ProtoWriter();
            new ModelEncoder(writer, t -> t, t -> t).model(model.fields());
            for (var piece : writer.pieces()) {
                if (piece.byteSize() == size) {
                    channel.position(channel.position() + size);
                } else {
                    channel.write(piece.asByteBuffer());
                }
            }
            assertThrows(OnnxFormatException.class, () -> OnnxWriter.write(model, folder.resolve("copy.onnx")));
        }
        try (var model = OnnxModel.open(file)) {
            assertTrue(model.fileSize() > size);
            assertEquals("[y: int8[3,1073741824]]", model.graph().outputs().toString());
            assertEquals(17, model.opset("").orElseThrow().version());
            var bytes = model.graph().initializers().getFirst().bytes();
            assertEquals(size, bytes.byteSize());
            assertEquals(0, bytes.get(ValueLayout.JAVA_BYTE, size - 1));
            assertEquals(List.of(), ModelCheck.of(model).findings());
            assertEquals(size, ModelSummary.of(model).weightBytes());
        }
    }

    @Test
    void textMustBeUtf8() {
        var bytes = OnnxWriter.toBytes(ModelBuilder.create().producer("ab", "").output("y", OnnxDataType.FLOAT)
            .build());
        bytes[4] = (byte) 0xFF;
        var error = assertThrows(OnnxFormatException.class, () -> OnnxModel.parse(MemorySegment.ofArray(bytes)));
        assertTrue(error.getMessage().contains("producer_name is not UTF-8"), error.getMessage());
    }

    private static void assertMessage(String part, Path file) {
        var error = assertThrows(OnnxFormatException.class, () -> OnnxModel.open(file));
        assertTrue(error.getMessage().contains(part), error.getMessage());
        assertTrue(error.getMessage().contains(file.toString()), error.getMessage());
    }
}
