package dev.gpux.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ort.PreparedRun;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Runs through {@code dev.gpux.ort}, written as its documentation says. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GpuxRuns {
    private static final int CACHE_LINE = 64;

    /** One session for all threads. */
    @State(Scope.Benchmark)
    public static class Model {
        /** What is run. */
        @Param
        public Workload workload;
        int window;
        Session session;

        /** Opens it. */
        @Setup
        public void open() {
            window = workload.window();
            try (var options = new SessionOptions().intraOpThreads(1).spin(false)) {
                session = Session.open(workload.model(), options);
            }
        }

        /** Closes it. */
        @TearDown
        public void close() {
            session.close();
        }
    }

    /** A prepared run a thread. */
    @State(Scope.Thread)
    public static class Prepared {
        PreparedRun run;

        /** Prepares. */
        @Setup(Level.Trial)
        public void prepare(Model model) {
            var builder = model.session.prepare();
            for (var input : model.workload.inputs()) {
                builder.input(input.name(), input.shape());
            }
            var output = model.workload.output();
            run = builder.output(output.name(), output.shape()).build();
            for (var input : model.workload.inputs()) {
                fill(run.input(input.name()).segment(), input);
            }
        }

        private static void fill(MemorySegment segment, Port input) {
            if (input.isLong()) {
                MemorySegment.copy(input.someLongs(), 0, segment, JAVA_LONG, 0, input.elements());
            } else {
                MemorySegment.copy(input.someFloats(), 0, segment, JAVA_FLOAT, 0, input.elements());
            }
        }
    }

    /** Input arrays, and tensors of them, a thread. */
    @State(Scope.Thread)
    public static class Arrays {
        private final Arena arena = Arena.ofAuto();
        private List<Port> ports;
        private float[] floats;
        private long[] longs;
        Map<String, Tensor> tensors;

        /** Fills them. */
        @Setup(Level.Trial)
        public void fill(Model model) {
            ports = model.workload.inputs();
            floats = ports.getFirst().someFloats();
            longs = ports.getFirst().someLongs();
            tensors = tensors(arena);
        }

        Map<String, Tensor> tensors(Arena into) {
            if (ports.size() == 1) {
                return Map.of(ports.get(0).name(), tensor(into, ports.get(0)));
            }
            return Map.of(ports.get(0).name(), tensor(into, ports.get(0)), ports.get(1).name(),
                tensor(into, ports.get(1)), ports.get(2).name(), tensor(into, ports.get(2)));
        }

        private Tensor tensor(Arena into, Port port) {
            return port.isLong() ? Tensor.of(into, longs, port.shape()) : Tensor.of(into, floats, port.shape());
        }
    }

    /** {@link Way#BOUND}. */
    @Benchmark
    public void bound(Model model, Prepared prepared) {
        for (int i = 0; i < model.window; i++) {
            prepared.run.run();
        }
    }

    /** {@link Way#REUSED}. */
    @Benchmark
    public int reused(Model model, Arrays arrays) {
        int sum = 0;
        for (int i = 0; i < model.window; i++) {
            try (var outputs = model.session.run(arrays.tensors)) {
                sum += touch(outputs.tensor(0));
            }
        }
        return sum;
    }

    /** {@link Way#FRESH}. */
    @Benchmark
    public int fresh(Model model, Arrays arrays) {
        int sum = 0;
        for (int i = 0; i < model.window; i++) {
            try (var arena = Arena.ofConfined();
                 var outputs = model.session.run(arrays.tensors(arena))) {
                sum += touch(outputs.tensor(0));
            }
        }
        return sum;
    }

    /** One word of every cache line, as in {@code floor.c}. */
    private static int touch(Tensor tensor) {
        var data = tensor.segment();
        int sum = 0;
        for (long i = 0; i + Integer.BYTES <= data.byteSize(); i += CACHE_LINE) {
            sum += data.get(JAVA_INT, i);
        }
        return sum;
    }
}
