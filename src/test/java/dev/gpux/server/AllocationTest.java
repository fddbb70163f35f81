package dev.gpux.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request costs the heap does not depend on the size of its tensor. */
class AllocationTest {
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 10;
    private static final int SMALL = 1_000;
    private static final int LARGE = 1_000_000;
    /** Far less than a large tensor; other threads of the process allocate, too. */
    private static final long SLACK = 64 * 1024;

    private static long perRequest(Client client, byte[] request) throws IOException {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getTotalThreadAllocatedBytes();
            for (int i = 0; i < REQUESTS; i++) {
                assertEquals(200, client.send(request).answer().status());
            }
            least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
        }
        return least / REQUESTS;
    }

    private static byte[] binary(int elements) {
        return Client.request("/v2/models/shape/infer", "application/octet-stream", new byte[4 * elements],
            "Inference-Header-Content-Length: 0");
    }

    private static byte[] json(int elements) {
        return Client.request("/v2/models/shape/infer", "application/json", ("{\"inputs\":[{\"name\":\"x\",\"shape\":["
            + elements + "],\"datatype\":\"FP32\",\"data\":[" + "0.25,".repeat(elements - 1) + "0.25]}]}")
            .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void doesNotGrowWithTheTensor(@TempDir Path folder) throws IOException {
        var shape = ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .node("Shape", List.of("x"), List.of("y")).output("y", OnnxDataType.INT64, 1);
        try (var served = Served.local().with(folder, "shape", shape); var client = served.connect()) {
            long small = perRequest(client, binary(SMALL));
            long large = perRequest(client, binary(LARGE));
            long smallJson = perRequest(client, json(SMALL));
            long largeJson = perRequest(client, json(LARGE));
            System.out.println("heap per request: binary " + small + " and " + large + " bytes, JSON " + smallJson + " and "
                + largeJson);
            assertTrue(large - small < SLACK, () -> "binary: " + small + " and " + large + " bytes");
            assertTrue(largeJson - smallJson < SLACK, () -> "JSON: " + smallJson + " and " + largeJson + " bytes");
        }
    }
}
