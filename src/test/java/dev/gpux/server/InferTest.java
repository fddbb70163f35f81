package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.server.http.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol, JSON and binary. */
class InferTest {
    private static final String OCTETS = "application/octet-stream";
    private static Served served;

    @BeforeAll
    static void serve(@TempDir Path folder) throws IOException {
        served = Served.local();
        served.with(folder, "tiny", Served.tiny(), "version: 2.1.0");
        for (var type : List.of(OnnxDataType.FLOAT, OnnxDataType.DOUBLE, OnnxDataType.FLOAT16, OnnxDataType.BFLOAT16,
            OnnxDataType.INT8, OnnxDataType.INT16, OnnxDataType.INT32, OnnxDataType.INT64, OnnxDataType.UINT8,
            OnnxDataType.UINT16, OnnxDataType.UINT32, OnnxDataType.UINT64, OnnxDataType.BOOL, OnnxDataType.STRING)) {
            served.with(folder, type.name(), Served.identity(type, "n"));
        }
        served.with(folder, "two", ModelBuilder.create().input("a", OnnxDataType.FLOAT, "n")
            .input("b", OnnxDataType.FLOAT, "n").node("Add", List.of("a", "b"), List.of("sum"))
            .node("Sub", List.of("a", "b"), List.of("difference")).output("sum", OnnxDataType.FLOAT, "n")
            .output("difference", OnnxDataType.FLOAT, "n"));
        served.with(folder, "scores", Served.identity(OnnxDataType.FLOAT, "n", 4));
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static Client.Answer infer(String model, String json) throws IOException {
        return Client.post(served.address(), "/v2/models/" + model + "/infer", json);
    }

    private static Client.Answer binary(String model, String json, byte[]... tensors) throws IOException {
        var header = json.getBytes(StandardCharsets.UTF_8);
        var body = new ByteArrayOutputStream();
        body.writeBytes(header);
        for (var tensor : tensors) {
            body.writeBytes(tensor);
        }
        try (var client = served.connect()) {
            return client.post("/v2/models/" + model + "/infer", OCTETS, body.toByteArray(),
                "Inference-Header-Content-Length: " + header.length).answer();
        }
    }

    @Test
    void saysWhatTheModelIs() throws IOException {
        assertEquals("{\"name\":\"tiny\",\"versions\":[\"2.1.0\"],\"platform\":\"onnxruntime_onnx\",\"inputs\":[{\"name\":"
            + "\"x\",\"datatype\":\"FP32\",\"shape\":[-1,10]}],\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":"
            + "[-1,10]}]}", Client.get(served.address(), "/v2/models/tiny/versions/2.1.0").text());
        assertEquals(404, Client.get(served.address(), "/v2/models/tiny/versions/1").status());
        assertEquals(200, Client.get(served.address(), "/v2/models/tiny/versions/2.1.0/ready").status());
        assertEquals("{\"ready\":true}", Client.get(served.address(), "/v2/health/ready").text());
        assertTrue(Client.get(served.address(), "/v2").text().contains("\"binary_tensor_data\""));
    }

    @Test
    void answersJson() throws IOException {
        var answer = infer("two", "{\"id\":\"a \\\"7\\\"\",\"parameters\":{\"future\":[{}]},\"inputs\":[{\"name\":\"b\","
            + "\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1, 2.5]},{\"datatype\":\"FP32\",\"shape\":[2],\"name\":\"a\","
            + "\"data\":[10,20]}],\"outputs\":[{\"name\":\"difference\"}]}");
        assertEquals("{\"model_name\":\"two\",\"model_version\":\"1\",\"id\":\"a \\\"7\\\"\",\"outputs\":[{\"name\":"
            + "\"difference\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[9.0,17.5]}]}", answer.text());
        assertEquals("application/json", answer.header("content-type"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "FLOAT|FP32|[1.5,-2.0,3.4028235E38]", "DOUBLE|FP64|[1.5,-2.0,1.0E300]", "FLOAT16|FP16|[1.5,-2.0,65504.0]",
        "BFLOAT16|BF16|[1.5,-2.0,256.0]", "INT8|INT8|[1,-128,127]", "INT16|INT16|[1,-32768,32767]",
        "INT32|INT32|[1,-2147483648,2147483647]", "INT64|INT64|[1,-9223372036854775808,9223372036854775807]",
        "UINT8|UINT8|[1,0,255]", "UINT16|UINT16|[1,0,65535]", "UINT32|UINT32|[1,0,4294967295]",
        "UINT64|UINT64|[1,0,18446744073709551615]", "BOOL|BOOL|[true,false,true]",
        "STRING|BYTES|[\"a\",\"\",\"größe €\"]"})
    void everyDatatypeComesBackAsItWent(String model, String datatype, String data) throws IOException {
        var request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[3],\"datatype\":\"" + datatype + "\",\"data\":" + data
            + "}]";
        var answer = infer(model, request + "}");
        assertTrue(answer.text().endsWith("\"datatype\":\"" + datatype + "\",\"shape\":[3],\"data\":" + data + "}]}"),
            answer::toString);
        // Out as bytes, and those in again.
        var bytes = infer(model, request + ",\"parameters\":{\"binary_data_output\":true}}");
        int header = Integer.parseInt(bytes.header("inference-header-content-length"));
        var tensor = Arrays.copyOfRange(bytes.body(), header, bytes.body().length);
        var size = "\"parameters\":{\"binary_data_size\":" + tensor.length + "}";
        assertTrue(new String(bytes.body(), 0, header, StandardCharsets.UTF_8).contains(size), bytes::toString);
        var back = binary(model, "{\"inputs\":[{\"name\":\"x\",\"shape\":[3],\"datatype\":\"" + datatype + "\"," + size
            + "}]}", tensor);
        assertTrue(back.text().endsWith("\"data\":" + data + "}]}"), back::toString);
    }

    @Test
    void binaryTensorsLieBehindOneAnother() throws IOException {
        var a = floats(1, 2, 3);
        var b = floats(10, 20, 30);
        var answer = binary("two", "{\"inputs\":[{\"name\":\"a\",\"shape\":[3],\"datatype\":\"FP32\",\"parameters\":"
            + "{\"binary_data_size\":12}},{\"name\":\"b\",\"shape\":[3],\"datatype\":\"FP32\",\"parameters\":"
            + "{\"binary_data_size\":12}}],\"outputs\":[{\"name\":\"difference\",\"parameters\":{\"binary_data\":true}},"
            + "{\"name\":\"sum\"}]}", a, b);
        assertEquals(200, answer.status(), answer::toString);
        int header = Integer.parseInt(answer.header("inference-header-content-length"));
        assertTrue(new String(answer.body(), 0, header, StandardCharsets.UTF_8).contains("\"data\":[11.0,22.0,33.0]"));
        assertArrayEquals(floats(-9, -18, -27), Arrays.copyOfRange(answer.body(), header, answer.body().length));
    }

    private static byte[] floats(float... values) {
        var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    @Test
    void takesBytesAlone() throws IOException {
        try (var client = served.connect()) {
            var body = floats(new float[20]);
            var answer = client.post("/v2/models/tiny/infer", OCTETS, body, "Inference-Header-Content-Length: 0").answer();
            assertEquals(200, answer.status(), answer::toString);
            int header = Integer.parseInt(answer.header("inference-header-content-length"));
            assertEquals(header + 80, answer.body().length);
            assertTrue(answer.text().contains("\"shape\":[2,10]"));
            assertEquals(400, client.post("/v2/models/tiny/infer", OCTETS, floats(1, 2, 3),
                "Inference-Header-Content-Length: 0").answer().status());
        }
    }

    @Test
    void givesClasses() throws IOException {
        var answer = infer("scores", "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,4],\"datatype\":\"FP32\",\"data\":"
            + "[0.1,0.7,0.2,0.5,9,8,7,6]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":2}}]}");
        assertTrue(answer.text().endsWith("\"datatype\":\"BYTES\",\"shape\":[2,2],\"data\":[\"0.7:1\",\"0.5:3\",\"9.0:0\","
            + "\"8.0:1\"]}]}"), answer::toString);
    }

    @Test
    void takesPackedBodies() throws IOException {
        var json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,10]}]}";
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(json.getBytes(StandardCharsets.UTF_8));
        }
        try (var client = served.connect()) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200, client.post("/v2/models/tiny/infer", "application/json", packed.toByteArray(),
                    "Content-Encoding: gzip").answer().status());
            }
            assertEquals(400, client.post("/v2/models/tiny/infer", "application/json", json.getBytes(StandardCharsets.UTF_8),
                "Content-Encoding: gzip").answer().status());
            assertEquals(415, client.post("/v2/models/tiny/infer", "application/json", json.getBytes(StandardCharsets.UTF_8),
                "Content-Encoding: br").answer().status());
            // Of any part of it, its header's too, the client hears that it is broken.
            for (int length : new int[] {0, 5, 12, packed.size() - 1}) {
                assertEquals(400, client.post("/v2/models/tiny/infer", "application/json",
                    Arrays.copyOf(packed.toByteArray(), length), "Content-Encoding: gzip").answer().status());
            }
        }
    }

    /** Whose length nobody knows before its end: packed, or in chunks. */
    @Test
    void longBodiesAreNotCut(@TempDir Path other) throws IOException {
        var limits = Limits.STANDARD.withBodyBytes(400);
        try (var small = new Served(ServerOptions.local().withLimits(limits))
                .with(other, "copy", Served.identity(OnnxDataType.FLOAT, "n"))) {
            for (int bytes : new int[] {400, 404, 4000}) {
                int expected = bytes > 400 ? 413 : 200;
                var packed = new ByteArrayOutputStream();
                try (var gzip = new GZIPOutputStream(packed)) {
                    gzip.write(new byte[bytes]);
                }
                try (var client = small.connect()) {
                    assertEquals(expected, client.post("/v2/models/copy/infer", "application/octet-stream",
                        packed.toByteArray(), "Content-Encoding: gzip", "Inference-Header-Content-Length: 0")
                        .answer().status(), "packed " + bytes);
                }
                try (var client = small.connect()) {
                    var request = "POST /v2/models/copy/infer HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
                        + "Inference-Header-Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "4\r\n\0\0\0\0\r\n".repeat(bytes / 4) + "0\r\n\r\n";
                    assertEquals(expected, client.send(request).answer().status(), "in chunks " + bytes);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/models/tiny/infer", "/predict/tiny"})
    void whatBeginsAsUtf32IsBrokenJson(String path) throws IOException {
        try (var client = served.connect()) {
            var answer = client.post(path, "application/json", new byte[] {0, 0, 0, '{', 0x7F, 0, 0, 0}).answer();
            assertEquals(400, answer.status(), answer::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{", "nonsense", "{}", "{\"inputs\":[]}", "{\"inputs\":{}}", "{\"inputs\":[1]}",
        "{\"inputs\":[{\"name\":\"x\"}]}",
        "{\"inputs\":[{\"name\":\"z\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP33\",\"data\":[]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP64\",\"data\":[1,2,3,4,5,6,7,8,9,10]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,11],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,10,11]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,-10],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[99999999999,99999999999],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,\"a\"]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,1e99]}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\"}]}",
        "{\"inputs\":[{\"data\":[1],\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\"}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":40}}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[0,10],\"datatype\":\"FP32\",\"data\":[]}],\"outputs\":[{\"name\":\"z\"}]}",
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[0,10],\"datatype\":\"FP32\",\"data\":[]},"
            + "{\"name\":\"x\",\"shape\":[0,10],\"datatype\":\"FP32\",\"data\":[]}]}",
        "{\"inputs\":[]} {}"})
    void saysWhatIsWrong(String json) throws IOException {
        var answer = infer("tiny", json);
        assertEquals(400, answer.status(), answer::toString);
        assertTrue(answer.text().startsWith("{\"error\":\""), answer::text);
        assertFalse(answer.text().contains("Exception") || answer.text().contains("dev.gpux"), answer::text);
    }

    @Test
    void nestingHasALimit() throws IOException {
        assertEquals(400, infer("tiny", "{\"x\":" + "[".repeat(100_000)).status());
        assertEquals(400, infer("tiny", "{\"inputs\":[{\"name\":\"x\",\"data\":" + "[".repeat(100_000)).status());
    }

    @Test
    void binaryLengthsAreChecked() throws IOException {
        var json = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,10],\"datatype\":\"FP32\",\"parameters\":"
            + "{\"binary_data_size\":%s}}]}";
        assertEquals(200, binary("tiny", json.formatted(40), new byte[40]).status());
        assertEquals(400, binary("tiny", json.formatted(41), new byte[41]).status());
        assertEquals(400, binary("tiny", json.formatted(40), new byte[41]).status());
        assertEquals(400, binary("tiny", json.formatted(40), new byte[39]).status());
        assertEquals(400, binary("tiny", json.formatted(Long.MAX_VALUE), new byte[39]).status());
        assertEquals(400, binary("tiny", json.formatted(-1), new byte[39]).status());
        assertEquals(400, binary("BOOL", json.formatted(2).replace("1,10", "2").replace("FP32", "BOOL"),
            new byte[] {1, 2}).status());
        var text = json.formatted(6).replace("1,10", "1").replace("FP32", "BYTES");
        assertEquals(200, binary("STRING", text, new byte[] {2, 0, 0, 0, 'h', 'i'}).status());
        assertEquals(400, binary("STRING", text, new byte[] {3, 0, 0, 0, 'h', 'i'}).status());
        assertEquals(400, binary("STRING", text, new byte[] {1, 0, 0, 0, 'h', 'i'}).status());
        assertEquals(400, binary("STRING", text, new byte[] {2, 0, 0, 0, (byte) 0xC3, 'i'}).status());
        assertEquals(400, binary("STRING", text, new byte[] {-1, -1, -1, -1, 'h', 'i'}).status());
    }

    @Test
    void otherTypesAreRefused() throws IOException {
        try (var client = served.connect()) {
            assertEquals(415, client.post("/v2/models/tiny/infer", "text/html", new byte[0]).answer().status());
            assertEquals(415, client.post("/v2/models/tiny/infer", OCTETS, new byte[40]).answer().status());
            assertEquals(400, client.post("/v2/models/tiny/infer", OCTETS, new byte[40],
                "Inference-Header-Content-Length: 41").answer().status());
        }
    }

    @Test
    void loadingIsOffUnlessAllowed() throws IOException {
        assertEquals(403, Client.post(served.address(), "/v2/repository/models/tiny/unload", "{}").status());
        assertEquals(403, Client.post(served.address(), "/v2/repository/models/tiny/load", "{}").status());
        assertTrue(Client.post(served.address(), "/v2/repository/index", "").text()
            .contains("{\"name\":\"tiny\",\"version\":\"2.1.0\",\"state\":\"READY\",\"reason\":\"\"}"));
    }
}
