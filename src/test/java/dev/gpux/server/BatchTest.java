package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.server.metrics.ModelMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that meet in a batch: they get what they would get alone. */
class BatchTest {
    private static final String SERVE = "serve: {workers: 1, batching: {max_size: 8, max_delay_ms: 150}}";

    @TempDir
    Path folder;

    private static List<Client.Answer> together(Served served, List<String> requests) throws InterruptedException,
        ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Client.Answer>();
            for (var answer : threads.invokeAll(requests.stream().<Callable<Client.Answer>>map(request ->
                () -> Client.post(served.address(), "/v2/models/m/infer", request)).toList())) {
                answers.add(answer.get());
            }
            return answers;
        }
    }

    private static ModelMetrics metrics(Served served) {
        return served.server().repository().metrics("m");
    }

    /**
     * As language models have it: {@code tokens = x · weight}, of which each keeps its place, and {@code mean}, which the
     * mask decides; padding that was not cut back or not masked would show in either.
     */
    private static ModelBuilder masked() {
        return ModelBuilder.create().input("x", OnnxDataType.FLOAT, "batch", "length")
            .input("mask", OnnxDataType.FLOAT, "batch", "length")
            .initializer("three", new long[] {1}, 3f).initializer("one", new long[] {1}, 1f)
            .node("Add", List.of("x", "one"), List.of("moved")).node("Mul", List.of("moved", "three"), List.of("tokens"))
            .node("Mul", List.of("tokens", "mask"), List.of("kept"))
            .node("ReduceL1", List.of("kept"), List.of("mean0"), Attribute.ofInts("axes", 1),
                Attribute.of("keepdims", 1))
            .node("ReduceL1", List.of("mask"), List.of("part"), Attribute.ofInts("axes", 1),
                Attribute.of("keepdims", 1))
            .node("Div", List.of("mean0", "part"), List.of("mean"))
            .output("tokens", OnnxDataType.FLOAT, "batch", "length").output("mean", OnnxDataType.FLOAT, "batch", 1);
    }

    private static String request(int rows, int length, int seed) {
        var data = new StringBuilder();
        for (int i = 0; i < rows * length; i++) {
            data.append(i == 0 ? "" : ",").append((seed + 3 * i) % 7);
        }
        var shape = "\"shape\":[" + rows + "," + length + "],\"datatype\":\"FP32\",\"data\":[";
        return "{\"inputs\":[{\"name\":\"x\"," + shape + data + "]},{\"name\":\"mask\"," + shape
            + "1,".repeat(rows * length - 1) + "1]}]}";
    }

    @Test
    void paddedAndUnpaddedAgree() throws Exception {
        try (var served = Served.local().with(folder, "m", masked(),
            "serve: {workers: 1, batching: {max_size: 16, max_delay_ms: 150, buckets: [16, 4, 8]}}")) {
            var requests = new ArrayList<String>();
            for (int length = 1; length <= 16; length++) {
                requests.add(request(1 + length % 2, length, length));
            }
            var alone = new ArrayList<String>();
            for (var request : requests) {
                alone.add(Client.post(served.address(), "/v2/models/m/infer", request).text());
            }
            long before = metrics(served).batch().count();
            var answers = together(served, requests);
            for (int i = 0; i < requests.size(); i++) {
                assertEquals(alone.get(i), answers.get(i).text(), "length " + (i + 1));
            }
            assertTrue(metrics(served).batch().count() - before < requests.size(), "no batch formed");
            assertTrue(metrics(served).copiedBytes() > 0);
        }
    }

    @Test
    void withoutBucketsOnlyEqualLengthsMeet() throws Exception {
        try (var served = Served.local().with(folder, "m", masked(), SERVE)) {
            var answers = together(served, List.of(request(1, 3, 1), request(1, 4, 2), request(1, 3, 3), request(1, 4, 4)));
            answers.forEach(answer -> assertEquals(200, answer.status(), answer::toString));
            Served.await("a run for each length", () -> metrics(served).batch().count() >= 2);
        }
    }

    /** The index of one request lies outside the table: the run fails with it, and succeeds without it. */
    @Test
    void anErrorStaysWithItsRequest() throws Exception {
        var table = ModelBuilder.create().input("x", OnnxDataType.INT64, "batch", 1)
            .initializer("table", new long[] {4}, 10f, 11f, 12f, 13f)
            .node("Gather", List.of("table", "x"), List.of("y")).output("y", OnnxDataType.FLOAT, "batch", 1);
        try (var served = Served.local().with(folder, "m", table, SERVE)) {
            var requests = new ArrayList<String>();
            for (int i = 0; i < 8; i++) {
                requests.add("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"INT64\",\"data\":["
                    + (i == 5 ? 99 : i % 4) + "]}]}");
            }
            var answers = together(served, requests);
            for (int i = 0; i < 8; i++) {
                var answer = answers.get(i);
                if (i == 5) {
                    assertTrue(answer.status() == 400 || answer.status() == 500, answer::toString);
                    assertTrue(answer.text().startsWith("{\"error\":"), answer::text);
                } else {
                    assertEquals(200, answer.status());
                    assertTrue(answer.text().endsWith("\"data\":[1" + i % 4 + ".0]}]}"), answer::text);
                }
            }
        }
    }

    @Test
    void preferredSizesDoNotWait() throws Exception {
        try (var served = Served.local().with(folder, "m", Served.tiny(),
            "serve: {workers: 1, batching: {max_size: 64, max_delay_ms: 20000, preferred: [4]}}")) {
            var request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,0]}]}";
            together(served, List.of(request, request, request, request)).forEach(answer ->
                assertEquals(200, answer.status()));
            Served.await("one run", () -> metrics(served).batch().count() == 1);
        }
    }

/** On the CPU a batch is for what the workers cannot do at the same time. */
@Test
void requestsAreSharedAmongWorkers() throws Exception {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "with one processor nothing is shared");
    try (var served = Served.local().with(folder, "m", Served.tiny(),
        "serve: {workers: 2, timeout_ms: 60000, batching: {max_size: 64, max_delay_ms: 3600000}}")) {
        var request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,0]}]}";
        // One or two in all are a row for each worker; of four, nobody waits for a third.
        for (int count : List.of(1, 2, 4)) {
            together(served, Collections.nCopies(count, request)).forEach(answer ->
                assertEquals(200, answer.status(), answer::text));
        }
    }
}

/** A model whose first dimension is no batch. */
    @Test
    void fixedDimensionsAreNotBatched() throws Exception {
        try (var served = Served.local().with(folder, "m", Served.identity(OnnxDataType.FLOAT, 2), SERVE)) {
            var request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
            together(served, List.of(request, request, request)).forEach(answer -> assertEquals(200, answer.status()));
            Served.await("three runs", () -> metrics(served).batch().count() == 3);
        }
    }
}
