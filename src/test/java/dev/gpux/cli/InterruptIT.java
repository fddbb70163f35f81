package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C. */
class InterruptIT {
    private static final int INTERRUPTED = 130;
    private static final int NODES = 4000;

    @TempDir
    Path folder;

    /** The second answer takes minutes; if the run were not terminated, the process would outlive the wait. */
    @Test
    void endsTheRunInFlight() throws IOException, InterruptedException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "signals are a matter of POSIX");
        var process = new GpuxProcess("run", slow(), "-i", "-").start();
        var stdin = process.getOutputStream();
        stdin.write("{\"x\": [[1]]}\n".getBytes(StandardCharsets.UTF_8));
        stdin.flush();
        assertNotNull(process.inputReader().readLine());
        // Its square matrix is what costs.
        stdin.write(("{\"x\": [" + "[" + "1,".repeat(1999) + "1]" + (",[" + "1,".repeat(1999) + "1]").repeat(1999)
            + "]}\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
        Thread.sleep(1500);
        interrupt(process);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(INTERRUPTED, process.exitValue());
        assertEquals("gpux: interrupted", process.errorReader().readLine());
        assertEquals(null, process.inputReader().readLine());
    }

    @Test
    void endsWaitingForALine() throws IOException, InterruptedException {
        assumeFalse(System.getProperty("os.name").startsWith("Windows"), "signals are a matter of POSIX");
        var process = new GpuxProcess("run", slow(), "-i", "-").start();
        process.getOutputStream().write("{\"x\": [[1]]}\n".getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        assertTrue(process.inputReader().readLine().startsWith("{\"line\":1,\"outputs\""));
        interrupt(process);
        assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        assertEquals(INTERRUPTED, process.exitValue());
        assertEquals("gpux: interrupted", process.errorReader().readLine());
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor());
    }

    /** Square matrices, multiplied with themselves again and again. */
    private String slow() throws IOException {
        var builder = ModelBuilder.create().irVersion(8).opset(17).input("x", OnnxDataType.FLOAT, "n", "n");
        for (int i = 0; i < NODES; i++) {
            builder.node("MatMul", List.of(i == 0 ? "x" : "y" + i, "x"), List.of("y" + (i + 1)));
        }
        var file = folder.resolve("slow.onnx");
        OnnxWriter.write(builder.output("y" + NODES, OnnxDataType.FLOAT, "n", "n").build(), file);
        return file.toString();
    }
}
