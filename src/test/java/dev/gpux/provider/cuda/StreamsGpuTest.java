package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import dev.gpux.provider.Cuda;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several streams and threads at a time: nobody reads another's numbers. */
class StreamsGpuTest {
    private static final int THREADS = 4;
    private static final int RUNS = 200;

    private CudaDevice gpu;

    @BeforeEach
    void onAGpu() {
        gpu = Gpu.required();
    }

    private static void onThreads(IntFunction<Callable<Integer>> task) throws Exception {
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            var running = new ArrayList<Future<Integer>>();
            IntStream.range(0, THREADS).forEach(thread -> running.add(pool.submit(task.apply(thread))));
            for (var each : running) {
                assertEquals(RUNS, each.get());
            }
        }
    }

    /** ORT gives each run that goes on at the same time a stream of its own. */
    @Test
    void plainRunsOfOneSession() throws Exception {
        try (var session = Gpu.open(Gpu.chain(), Cuda.standard())) {
            onThreads(thread -> () -> {
                int done = 0;
                try (var arena = Arena.ofConfined()) {
                    for (; done < RUNS; done++) {
                        float v = thread * 1000 + done;
                        var x = Tensor.of(arena, new float[] {v, 2}, 2);
                        try (var outputs = session.run(Map.of("x", x))) {
                            assertArrayEquals(new float[] {2 * v * v, 8}, outputs.tensor("y").floats(), 1e-6f * v * v);
                        }
                    }
                }
                return done;
            });
        }
    }

    /** Runs of one session, each thread with its own copies, memory and, where recorded, graph. */
    @Test
    void deviceRunsOfOneSession() throws Exception {
        for (var graph : new boolean[] {false, true}) {
            try (var session = Gpu.open(Gpu.chain(), Cuda.standard().graph(graph))) {
                onThreads(thread -> () -> {
                    try (var stream = gpu.stream()) {
                        return runs(session, stream, thread);
                    }
                });
            }
        }
    }

    /** Sessions with a stream each. */
    @Test
    void sessionsOnTheirOwnStreams() throws Exception {
        onThreads(thread -> () -> {
            try (var stream = gpu.stream();
                 var session = Gpu.open(Gpu.chain(), Cuda.standard().graph(true).stream(stream.handle()))) {
                return runs(session, stream, thread);
            }
        });
    }

    private static int runs(Session session, CudaStream stream, int thread) {
        int done = 0;
        try (var run = session.prepareOnDevice(stream).input("x", 2).build()) {
            assertEquals(ElementType.FLOAT32, run.input("x").elementType());
            var x = run.input("x").segment();
            for (; done < RUNS; done++) {
                float v = thread * 1000 + done;
                x.setAtIndex(JAVA_FLOAT, 0, v);
                x.setAtIndex(JAVA_FLOAT, 1, 2);
                run.run();
                assertArrayEquals(new float[] {2 * v * v, 8}, run.output("y").floats(), 1e-6f * v * v);
            }
        }
        return done;
    }
}
