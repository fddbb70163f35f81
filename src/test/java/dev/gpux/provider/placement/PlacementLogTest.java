package dev.gpux.provider.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.LogMessage;
import dev.gpux.ort.LogSeverity;
import dev.gpux.provider.placement.PlacementLog.Node;
import dev.gpux.provider.placement.PlacementLog.Placed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ORT's log as ORT 1.22 to 1.30 write it. */
class PlacementLogTest {

    private static PlacementLog read(String... texts) {
        return PlacementLog.read(Stream.of(texts)
            .map(text -> new LogMessage(LogSeverity.VERBOSE, "onnxruntime", "model", "x.cc:1", text)).toList());
    }

    @Test
    void nodesAreReadProviderByProvider() {
        var log = read("Node placements",
            " Node(s) placed on [CPUExecutionProvider]. Number of nodes: 2",
            "  LogSoftmax ()",
            "  com.microsoft.Gelu (a (b) c)",
            " Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 1",
            "  Conv (conv1)",
            "SaveMLValueNameIndexMapping",
            "  Relu (not a placement any more)");
        assertEquals(new Placed(2, List.of(new Node("LogSoftmax", ""), new Node("com.microsoft.Gelu", "a (b) c"))),
            log.placed().get("CPUExecutionProvider"));
        assertEquals(new Placed(1, List.of(new Node("Conv", "conv1"))), log.placed().get("WebGpuExecutionProvider"));
    }

    @Test
    void allOnOneIsReadToo() {
        var log = read("Node placements", " All nodes placed on [CUDAExecutionProvider]. Number of nodes: 12",
            "SaveMLValueNameIndexMapping");
        assertEquals(Map.of("CUDAExecutionProvider", new Placed(12, List.of())), log.placed());
        assertFalse(log.someOnCpu());
    }

    @Test
    void reasonsBelongToTheirNodes() {
        var log = read("webgpu kernel not found in registries for Op type: Shape node name: /embeddings/Shape",
            "CUDA kernel not found in registries for Op type: Foo node name: ",
            "ORT optimization- Force fallback to CPU execution for node: /Gather because the CPU execution path is "
                + "deemed faster than overhead involved with execution on other EPs capable of executing this node",
            "Some nodes were not assigned to the preferred execution providers which may or may not have …");
        assertEquals(Optional.of("WebGPU has no kernel for it"), log.reason(new Node("Shape", "/embeddings/Shape")));
        assertEquals(Optional.of("CUDA has no kernel for it"), log.reason(new Node("Foo", "")));
        assertEquals(Optional.of("ORT keeps it there: the copies would cost more"),
            log.reason(new Node("Gather", "/Gather")));
        assertEquals(Optional.empty(), log.reason(new Node("Shape", "another")));
        assertTrue(log.someOnCpu());
    }

    @Test
    void aSilentLogSaysNothing() {
        var log = read("Initializing session.", "placed on [", "  ()", "kernel not found in registries for Op type: X");
        assertTrue(log.placed().isEmpty());
        assertFalse(log.someOnCpu());
    }
}
