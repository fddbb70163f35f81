package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux run} as people run it. */
class RunIT {
    /** models.md: the reference of the int8 model, through Python's onnxruntime; int8 differs between processors. */
    private static final double[] HELLO_WORLD = {-0.035677, 0.020679, 0.004705, 0.026537, -0.050291};
    private static final double TOLERANCE = 0.02;

    @TempDir
    Path folder;

    @Test
    void runsTheRootExampleWithoutFurtherWords() {
        var result = GpuxProcess.gpux("run");
        assertEquals(0, result.code(), result::toString);
        assertTrue(result.out().contains("embedding  float32[384]"), result::toString);
        assertTrue(result.err().contains("sentence-embedding 1.0.0 on cpu"), result::toString);
    }

    @Test
    void printsOneJsonDocumentWithTheEmbedding() throws IOException {
        var result = GpuxProcess.gpux("run", "-i", "text=hello world", "--json");
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.err(), result::toString);
        var embedding = numbers(result.out(), "embedding");
        assertEquals(384, embedding.size());
        for (int i = 0; i < HELLO_WORLD.length; i++) {
            assertEquals(HELLO_WORLD[i], embedding.get(i), TOLERANCE, "number " + i);
        }
        for (var part : List.of("\"model\":\"sentence-embedding\"", "\"provider\":\"cpu\"", "\"dtype\":\"float32\"",
            "\"shape\":[384]", "\"timing_ms\":{\"load\":", "\"preprocess\":", "\"run\":", "\"postprocess\":")) {
            assertTrue(result.out().contains(part), part);
        }
    }

    @Test
    void anotherSentenceGivesAnotherVector() throws IOException {
        var one = numbers(GpuxProcess.gpux("run", "-i", "text=hello world", "--json").out(), "embedding");
        var other = numbers(GpuxProcess.gpux("run", "-i", "text=the stock market fell", "--json").out(), "embedding");
        double cosine = 0;
        for (int i = 0; i < one.size(); i++) {
            cosine += one.get(i) * other.get(i);
        }
        assertTrue(cosine < 0.5, "cosine " + cosine);
    }

    @Test
    void runsAnyModelWithNumbersOfItsDtype() throws IOException {
        var model = relu(OnnxDataType.FLOAT);
        var result = GpuxProcess.gpux("run", model.toString(), "-i", "x=[[1,-2,3]]", "--json");
        assertEquals(0, result.code(), result::toString);
        assertEquals(List.of(1.0, 0.0, 3.0), numbers(result.out(), "y"));
    }

    @Test
    void readsWhatItWrote() throws IOException {
        var model = relu(OnnxDataType.FLOAT);
        for (var file : List.of("y.npy", "y.pb")) {
            var y = folder.resolve(file);
            var written = GpuxProcess.gpux("run", model.toString(), "-i", "x=[[1,-2,3]]", "-o", y.toString());
            assertEquals(0, written.code(), written::toString);
            var read = GpuxProcess.gpux("run", model.toString(), "-i", "x=@" + y, "--json");
            assertEquals(List.of(1.0, 0.0, 3.0), numbers(read.out(), "y"), file);
        }
    }

    @Test
    void takesAJsonObjectAndAFileWithOne() throws IOException {
        var model = relu(OnnxDataType.INT32);
        var object = GpuxProcess.gpux("run", model.toString(), "-i", "{\"x\": [[4, -5, 6]]}", "--json");
        assertEquals(List.of(4.0, 0.0, 6.0), numbers(object.out(), "y"), object::toString);
        var file = Files.writeString(folder.resolve("in.json"), "{\"x\": [[7, -8, 9]]}");
        var fromFile = GpuxProcess.gpux("run", model.toString(), "-i", "@" + file, "--json");
        assertEquals(List.of(7.0, 0.0, 9.0), numbers(fromFile.out(), "y"), fromFile::toString);
    }

    @Test
    void findsTheGpuxfileOfAFolder() {
        var result = new GpuxProcess("run", Path.of("").toAbsolutePath().toString(), "-q").in(folder).run();
        assertEquals(0, result.code(), result::toString);
        assertEquals("", result.err(), result::toString);
    }

    private Path relu(OnnxDataType type) throws IOException {
        var model = ModelBuilder.create().irVersion(8).opset(17).input("x", type, "n", 3)
            .node("Relu", List.of("x"), List.of("y")).output("y", type, "n", 3).build();
        var file = folder.resolve("relu.onnx");
        OnnxWriter.write(model, file);
        return file;
    }

    /** The data of an output; fails unless {@code json} is exactly one document. */
    static List<Double> numbers(String json, String output) throws IOException {
        var numbers = new ArrayList<Double>();
        try (var parser = new JsonFactory().createParser(json)) {
            boolean inOutput = false;
            boolean inData = false;
            int depth = 0;
            do {
                var token = parser.nextToken();
                if (token == JsonToken.FIELD_NAME) {
                    inOutput |= parser.currentName().equals(output);
                    inData = inOutput && numbers.isEmpty() && parser.currentName().equals("data");
                } else if (token.isNumeric() && inData) {
                    numbers.add(parser.getDoubleValue());
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            } while (depth > 0);
            assertEquals(null, parser.nextToken(), "more than one document");
        }
        return numbers;
    }
}
