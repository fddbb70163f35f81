package dev.gpux.provider.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.engine.Model;
import dev.gpux.engine.ModelRunner;
import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.Tuning;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.Attribute;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.Cuda;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose runs are recorded because a provider option says so, as the commands open and run them. */
class RecordedModelGpuTest {
    private static final int RUNS = 10_000;
    private static final long HOST_TOLERANCE = 8 << 20;

    @TempDir
    private Path folder;
    private CudaDevice gpu;

    @BeforeEach
    void onAGpu() {
        gpu = Gpu.required();
    }

    private static OpenOptions recorded() {
        return OpenOptions.standard().withProviders(List.of("cuda"))
            .withProviderOptions("cuda", Map.of("enable_cuda_graph", "true"));
    }

    private Model open(byte[] model) throws IOException {
        return Model.open(Gpuxfile.ofModel(Files.write(folder.resolve("model.onnx"), model)), recorded());
    }

    private static float[] run(ModelRunner runner, RunOptions options, float... x) {
        try (var arena = Arena.ofConfined()) {
            return ((Tensor) runner.runSession(arena, Map.of("x", Tensor.of(arena, x, x.length)), options).get("y"))
                .floats();
        }
    }

    /** {@code y = ((x + x) * x + (x + x)) - (x + x)} of {@link Gpu#chain}. */
    private static void assertChain(float[] x, float[] y) {
        assertEquals(x.length, y.length);
        for (int i = 0; i < x.length; i++) {
            assertEquals(2 * x[i] * x[i], y[i], 1e-5f * Math.max(1, x[i] * x[i]));
        }
    }

    /** Batches of changing sizes, each again and again: plain, recorded, and compared with the CPU each time. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersAsTheCpu(boolean nhwc) {
        var model = Gpuxfile.ofModel(Gpu.model("cnn_mnist.onnx"));
        var wanted = recorded().withProviderOptions("cuda", Map.of("prefer_nhwc", Boolean.toString(nhwc)));
        try (var cpu = Model.open(model, OpenOptions.standard().withProviders(List.of("cpu")));
             var cuda = Model.open(model, wanted); var runner = cuda.runner(); var options = new RunOptions()) {
            assertEquals("cuda", cuda.provider());
            assertTrue(cuda.session().recordsGraphs());
            for (int i = 0; i < 40; i++) {
                try (var arena = Arena.ofConfined()) {
                    var x = Tensor.allocate(arena, ElementType.FLOAT32, 1 + i % 5, 1, 28, 28);
                    Gpu.fill(x.segment(), i);
                    var inputs = Map.of("input_image", x);
                    var expected = (Tensor) cpu.session().run(arena, inputs).get("output_probs");
                    Gpu.assertClose(expected, (Tensor) runner.runSession(arena, inputs, options).get("output_probs"),
                        1e-2);
                }
            }
            assertEquals(List.of(), cuda.report().notes());
        }
    }

    /** Recorded and plain runs of one model, and plain runs of another that has to allocate, all at once. */
    @Test
    void requestsAtTheSameTime() throws Exception {
        try (var model = open(Gpu.chain()); var other = Gpu.open(Gpu.chain(), Cuda.standard());
             var pool = Executors.newFixedThreadPool(6)) {
            var running = new ArrayList<Future<Integer>>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                running.add(pool.submit(() -> {
                    int done = 0;
                    try (var runner = model.runner(); var options = new RunOptions()) {
                        for (; done < 500; done++) {
                            var x = new float[1 + (done + thread) % 6];
                            x[x.length - 1] = 10 * thread + done % 10;
                            assertChain(x, run(runner, options, x));
                        }
                    }
                    return done;
                }));
            }
            Callable<Integer> plain = () -> {
                int done = 0;
                for (; done < 500; done++) {
                    try (var arena = Arena.ofConfined()) {
                        var x = new float[1 + done * 997 % 100_000];
                        x[0] = done;
                        var inputs = Map.of("x", Tensor.of(arena, x, x.length));
                        assertChain(x, ((Tensor) other.run(arena, inputs).get("y")).floats());
                        if (done % 10 == 0) {
                            assertChain(x, ((Tensor) model.session().run(arena, inputs).get("y")).floats());
                        }
                    }
                }
                return done;
            };
            running.add(pool.submit(plain));
            running.add(pool.submit(plain));
            for (var each : running) {
                assertEquals(500, each.get());
            }
            assertEquals(List.of(), model.report().notes());
        }
    }

    /** Sessions are opened and closed, and runs recorded, while others run: nobody allocates into a recording. */
    @Test
    void recordingsDoNotDisturbOthers() throws Exception {
        var stop = new AtomicBoolean();
        try (var busy = Gpu.open(Gpu.chain(), Cuda.standard()); var pool = Executors.newFixedThreadPool(2)) {
            var plain = pool.submit(() -> {
                int done = 0;
                while (!stop.get()) {
                    try (var arena = Arena.ofConfined()) {
                        var x = new float[1 + done++ * 7919 % 1_000_000];
                        busy.run(arena, Map.of("x", Tensor.of(arena, x, x.length)));
                    }
                }
                return done;
            });
            for (int i = 0; i < 20; i++) {
                try (var model = open(Gpu.chain()); var runner = model.runner(); var options = new RunOptions()) {
                    for (int n = 1; n <= 12; n++) {
                        run(runner, options, new float[1 + n % 4]);
                    }
                    assertEquals(List.of(), model.report().notes());
                }
            }
            stop.set(true);
            assertTrue(plain.get() > 0);
        }
    }

    /** How many elements are not zero the host has to know in the middle of the run. */
    @Test
    void aModelThatAsksTheHostInTheMiddleRunsPlainly() throws IOException {
        var model = OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .node("NonZero", List.of("x"), List.of("at")).node("Cast", List.of("at"), List.of("z"),
                Attribute.of("to", 1L)).node("Add", List.of("z", "z"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "one", "found").build());
        try (var opened = open(model); var runner = opened.runner(); var options = new RunOptions()) {
            for (int i = 0; i < 20; i++) {
                var x = new float[8];
                x[i % 8] = 1;
                x[7] = 1;
                var expected = i % 8 == 7 ? new float[] {14} : new float[] {2 * (i % 8), 14};
                var y = run(runner, options, x);
                assertEquals(expected.length, y.length, "run " + i);
                assertEquals(expected[0], y[0]);
            }
            System.out.println("not recorded: " + opened.report().notes());
            assertFalse(opened.report().notes().isEmpty());
        }
    }

    /** What only the CPU has: ORT will not record such a session. */
    @Test
    void aModelWithNodesOnTheCpuRunsPlainly() throws IOException {
        var onCpu = OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .node("Add", List.of("x", "x"), List.of("a")).node("Atan", List.of("a"), List.of("b"))
            .node("Add", List.of("b", "x"), List.of("y")).output("y", OnnxDataType.FLOAT, "n").build());
        try (var opened = open(onCpu); var runner = opened.runner(); var options = new RunOptions()) {
            for (int i = 0; i < 5; i++) {
                assertEquals(Math.atan(2 * i) + i, run(runner, options, i)[0], 1e-5);
            }
            System.out.println("not recorded: " + opened.report().notes());
            assertEquals(opened.session().recordsGraphs(), opened.report().notes().isEmpty());
        }
    }

    /** What {@code gpux tune} noted holds for the CPU, too, where there is a GPU. */
    @Test
    void aModelRunsWhereItWasTunedFor() throws IOException {
        var gpuxfile = Gpuxfile.ofModel(Files.write(folder.resolve("model.onnx"), Gpu.tiny()));
        for (var provider : List.of("cpu", "cuda")) {
            var options = provider.equals("cpu") ? Map.<String, String>of() : Map.of("enable_cuda_graph", "1");
            new Tuning(Tuning.thisMachine(), Tuning.thisModel(gpuxfile, folder.resolve("model.onnx")), Optional.empty(),
                provider, options, 1, GraphOptimization.ALL, false, 1, 1, 2).write(folder);
            try (var model = Model.open(gpuxfile, OpenOptions.standard())) {
                assertEquals(provider, model.provider());
                assertEquals(provider.equals("cuda"), model.session().recordsGraphs());
            }
        }
    }

    @Test
    void closingInTheMiddleEndsRunsWithExceptions() throws Exception {
        for (int round = 0; round < 5; round++) {
            var model = open(Gpu.chain());
            var done = new AtomicInteger();
            try (var pool = Executors.newFixedThreadPool(3)) {
                var running = new ArrayList<Future<?>>();
                for (int t = 0; t < 3; t++) {
                    running.add(pool.submit(() -> {
                        try (var runner = model.runner(); var options = new RunOptions()) {
                            while (true) {
                                run(runner, options, 1, 2, 3);
                                done.incrementAndGet();
                            }
                        } catch (IllegalStateException e) {
                            return;
                        }
                    }));
                }
                while (done.get() < 100) {
                    Thread.onSpinWait();
                }
                model.close();
                for (var each : running) {
                    each.get();
                }
            }
        }
    }

    @Test
    void tenThousandRunsOfChangingShapesTakeNothing() throws IOException {
        try (var model = open(Gpu.chain()); var runner = model.runner(); var options = new RunOptions()) {
            for (int i = 0; i < 3 * RUNS; i++) {
                run(runner, options, new float[1 + i % 8]);
            }
            System.gc();
            long resident = residentBytes();
            long free = gpu.memory().free();
            for (int i = 0; i < RUNS; i++) {
                var x = new float[1 + i % 8];
                x[0] = i % 100;
                assertChain(x, run(runner, options, x));
            }
            System.gc();
            long more = residentBytes() - resident;
            System.out.printf("%,d recorded runs of 8 shapes: host %+,d bytes, device %+,d bytes%n", RUNS, more,
                free - gpu.memory().free());
            assertTrue(more < HOST_TOLERANCE, () -> "the host has " + more + " bytes less");
            assertEquals(free, gpu.memory().free());
        }
    }

    private static long residentBytes() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }
}
