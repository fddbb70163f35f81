package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux bench} as people run it. */
class BenchIT {
    private static final int USAGE = 2;
    private static final int CHECK_FAILED = 5;

    @TempDir
    Path folder;
    private String model;

    @BeforeEach
    void buildModel() throws IOException {
        var softmax = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", 10)
            .node("Softmax", List.of("x"), List.of("y")).output("y", OnnxDataType.FLOAT, "n", 10).build();
        var file = folder.resolve("softmax.onnx");
        OnnxWriter.write(softmax, file);
        model = file.toString();
    }

    private GpuxProcess.Result bench(String... more) {
        var arguments = new ArrayList<>(List.of("bench", model, "--duration", "200ms", "--warm-up", "300ms"));
        arguments.addAll(List.of(more));
        return GpuxProcess.gpux(arguments.toArray(String[]::new));
    }

    @Test
    void saysWhatItMeasured() {
        var result = bench();
        assertEquals(0, result.code(), result::toString);
        for (var word : List.of("softmax", "cpu: load ", "first run ", "inputs/s", "p50", "p99.9", "heap/run", "µs")) {
            assertTrue(result.out().contains(word), word + "\n" + result);
        }
        assertEquals("", result.err());
    }

    @Test
    void printsOneJsonDocumentWithACaseForEachCombination() throws IOException {
        var result = bench("--json", "--batch", "1,4", "--concurrency", "1:2");
        assertEquals(0, result.code(), result::toString);
        double p50 = 0;
        double p99 = 0;
        int cases = 0;
        try (var json = new JsonFactory().createParser(result.out())) {
            while (json.nextToken() != null) {
                if (json.currentName() != null && json.currentToken().isNumeric()) {
                    switch (json.currentName()) {
                        case "p50" -> p50 = json.getDoubleValue();
                        case "p99" -> p99 = json.getDoubleValue();
                        case "runs" -> {
                            cases++;
                            assertTrue(json.getLongValue() > 0);
                        }
                        default -> { }
                    }
                }
            }
        }
        assertEquals(4, cases, result::toString);
        assertTrue(p50 > 0 && p50 <= p99, result::toString);
        for (var part : List.of("\"load_ms\":", "\"first_run_ms\":", "\"stable\":", "\"throughput\":",
            "\"bytes_per_run\":", "\"batch\":4", "\"concurrency\":2", "\"remarks\":[")) {
            assertTrue(result.out().contains(part), part + "\n" + result);
        }
    }

    @Test
    void openLoopRunsAtItsRate() {
        var result = bench("--json", "--rate", "100");
        assertEquals(0, result.code(), result::toString);
        var counted = Pattern.compile("\"rate\":100\\.0,\"missed\":(\\d+),\"runs\":(\\d+),").matcher(result.out());
        assertTrue(counted.find(), result::toString);
        // A machine that stands still for as long as the measurement misses some.
        assertEquals(20, Integer.parseInt(counted.group(1)) + Integer.parseInt(counted.group(2)), result::toString);
        assertTrue(Integer.parseInt(counted.group(2)) > 0, result::toString);
    }

    @Test
    void aConditionThatHoldsIsExitCode5() {
        var result = bench("--fail-if", "p99>1ns", "--fail-if", "throughput<0.001");
        assertEquals(CHECK_FAILED, result.code(), result::toString);
        assertTrue(result.out().contains("p99>1ns: so it is (cpu)"), result::toString);
        assertTrue(result.out().contains("throughput<0.001: no (cpu)"), result::toString);
        assertEquals(0, bench("--fail-if", "p50>1m").code());
    }

    @Test
    void writesAPageThatNeedsNothingElse() throws IOException {
        var page = folder.resolve("report.html");
        var result = bench("--html", page.toString(), "--batch", "1,2");
        assertEquals(0, result.code(), result::toString);
        var html = Files.readString(page);
        assertTrue(html.startsWith("<!doctype html>") && html.endsWith("</html>\n"));
        assertEquals(3, html.split("<svg ", -1).length);
        assertTrue(html.contains("<polyline"));
        assertFalse(html.contains("NaN") || html.contains("<script") || html.contains("src=") || html.contains("href="),
            html);
    }

    @Test
    void measuresTheRootExampleEndToEnd() {
        var result = GpuxProcess.gpux("bench", "-i", "text=hello", "--end-to-end", "--duration", "300ms", "--warm-up",
            "300ms", "--json");
        assertEquals(0, result.code(), result::toString);
        assertTrue(result.out().contains("\"model\":\"sentence-embedding\""), result::toString);
    }

    @Test
    void saysWhatIsWrongWithTheArguments() {
        for (var wrong : List.of(List.of("--rate", "0", "--rate takes"), List.of("--concurrency", "0", "--concurrency takes"), List.of("--batch", "4:1:1", "--batch takes"),
            List.of("--fail-if", "p98>1ms", "knows no 'p98'"), List.of("--fail-if", "fast", "takes a condition"),
            List.of("--shape", "x", "NAME=1,3,224,224"))) {
            var result = bench(wrong.get(0), wrong.get(1));
            assertEquals(USAGE, result.code(), result::toString);
            assertTrue(result.err().contains(wrong.get(2)), result::toString);
            assertEquals("", result.out());
        }
        var duration = GpuxProcess.gpux("bench", model, "--duration", "soon");
        assertEquals(USAGE, duration.code(), duration::toString);
        assertTrue(duration.err().contains("10s or 500ms"), duration::toString);
        var provider = bench("-p", "cpu,cudda");
        assertEquals(USAGE, provider.code(), provider::toString);
        assertTrue(provider.err().contains("did you mean \"cuda\""), provider::toString);
        var shape = bench("--shape", "x=1,11");
        assertEquals(3, shape.code(), shape::toString);
        assertTrue(shape.err().contains("[n, 10]"), shape::toString);
    }
}
