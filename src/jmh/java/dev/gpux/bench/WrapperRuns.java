package dev.gpux.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
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

/** The same runs through the official Java wrapper, in the fastest form that its documentation offers. */
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WrapperRuns {
    private static final int CACHE_LINE_WORDS = 16;

    /** One session for all threads. */
    @State(Scope.Benchmark)
    public static class Model {
        /** What is run. */
        @Param
        public Workload workload;
        final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        int window;
        OrtSession session;

        /** Opens it. */
        @Setup
        public void open() throws OrtException {
            window = workload.window();
            try (var options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.addConfigEntry("session.intra_op.allow_spinning", "0");
                options.addConfigEntry("session.inter_op.allow_spinning", "0");
                session = environment.createSession(workload.model().toString(), options);
            }
        }

        /** Closes it. */
        @TearDown
        public void close() throws OrtException {
            session.close();
        }
    }

    /** Input arrays, tensors of them, and pinned outputs, a thread. */
    @State(Scope.Thread)
    public static class Arrays {
        private OrtEnvironment environment;
        private List<Port> ports;
        private float[] floats;
        private long[] longs;
        Map<String, OnnxTensor> tensors;
        Map<String, OnnxTensor> pinned;

        /** Fills them. */
        @Setup(Level.Trial)
        public void fill(Model model) throws OrtException {
            environment = model.environment;
            ports = model.workload.inputs();
            floats = ports.getFirst().someFloats();
            longs = ports.getFirst().someLongs();
            tensors = tensors();
            var output = model.workload.output();
            var memory = ByteBuffer.allocateDirect(output.elements() * Float.BYTES).order(ByteOrder.nativeOrder());
            pinned = Map.of(output.name(),
                OnnxTensor.createTensor(environment, memory.asFloatBuffer(), output.shape()));
        }

        Map<String, OnnxTensor> tensors() throws OrtException {
            if (ports.size() == 1) {
                return Map.of(ports.get(0).name(), tensor(ports.get(0)));
            }
            return Map.of(ports.get(0).name(), tensor(ports.get(0)), ports.get(1).name(), tensor(ports.get(1)),
                ports.get(2).name(), tensor(ports.get(2)));
        }

        private OnnxTensor tensor(Port port) throws OrtException {
            return port.isLong()
                ? OnnxTensor.createTensor(environment, LongBuffer.wrap(longs), port.shape())
                : OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), port.shape());
        }

        void close(Map<String, OnnxTensor> inputs) {
            for (var port : ports) {
                inputs.get(port.name()).close();
            }
        }
    }

    /** {@link Way#BOUND}. */
    @Benchmark
    public void bound(Model model, Arrays arrays) throws OrtException {
        for (int i = 0; i < model.window; i++) {
            model.session.run(arrays.tensors, arrays.pinned).close();
        }
    }

    /** {@link Way#REUSED}. */
    @Benchmark
    public int reused(Model model, Arrays arrays) throws OrtException {
        int sum = 0;
        for (int i = 0; i < model.window; i++) {
            try (var outputs = model.session.run(arrays.tensors)) {
                sum += touch(((OnnxTensor) outputs.get(0)).getFloatBuffer());
            }
        }
        return sum;
    }

    /** {@link Way#FRESH}. */
    @Benchmark
    public int fresh(Model model, Arrays arrays) throws OrtException {
        int sum = 0;
        for (int i = 0; i < model.window; i++) {
            var inputs = arrays.tensors();
            try (var outputs = model.session.run(inputs)) {
                sum += touch(((OnnxTensor) outputs.get(0)).getFloatBuffer());
            } finally {
                arrays.close(inputs);
            }
        }
        return sum;
    }

    /** One word of every cache line, as in {@code floor.c}. */
    private static int touch(FloatBuffer data) {
        int sum = 0;
        for (int i = 0; i < data.limit(); i += CACHE_LINE_WORDS) {
            sum += Float.floatToRawIntBits(data.get(i));
        }
        return sum;
    }
}
