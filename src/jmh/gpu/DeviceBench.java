import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.gpux.ort.DeviceRun;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.PreparedRun;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.Cuda;
import dev.gpux.provider.cuda.CudaDevice;
import dev.gpux.provider.cuda.CudaStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What a run on an NVIDIA GPU costs, transfers included, by what is bound where: plain memory, pinned memory, device
 * memory, a recorded graph, two streams. Prints Markdown tables.
 *
 * <p>Arguments: milliseconds a row, then for each model FILE=INPUT:SHAPE, such as {@code resnet50.onnx=x:32,3,224,224}.
 */
public final class DeviceBench {
    private static final int MOST = 2_000_000;
    private static long millis;
    private static CudaDevice gpu;

    private DeviceBench() { }

    /** A model, its one input, and the shape to run it with. */
    private record Subject(Path model, String input, long[] shape) {
        static Subject of(String text) {
            var parts = text.split("[=:]");
            return new Subject(Path.of(parts[0]), parts[1],
                Arrays.stream(parts[2].split(",")).mapToLong(Long::parseLong).toArray());
        }

        @Override
        public String toString() {
            return model.getFileName() + " " + Arrays.toString(shape);
        }
    }

    private interface Setup {
        Cuda apply(Cuda cuda);
    }

    /** Sorted nanoseconds of runs. */
    private record Times(long[] nanos) {
        String row() {
            return show(0.5) + " | " + show(0.9) + " | " + show(0.99) + " | "
                + String.format(Locale.ROOT, "%,d", nanos.length);
        }

        private String show(double share) {
            double micros = nanos[(int) Math.min(nanos.length - 1, share * nanos.length)] / 1e3;
            return micros < 1000 ? String.format(Locale.ROOT, "%.1f µs", micros)
                : String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
        }
    }

    public static void main(String[] args) throws Exception {
        millis = Long.parseLong(args[0]);
        gpu = CudaDevice.open(0);
        System.out.println("Device: " + gpu.name() + ", " + gpu.memory().free() / (1 << 20) + " MiB free");
        for (int i = 1; i < args.length; i++) {
            var subject = Subject.of(args[i]);
            System.out.printf("%n### %s%n%n| bound | p50 | p90 | p99 | runs | each step, waited for |%n"
                + "| --- | --- | --- | --- | --- | --- |%n", subject);
            plain("plain memory", subject, false);
            plain("pinned memory", subject, true);
            onDevice("device memory", subject, cuda -> cuda, false);
            onDevice("device memory, one stream", subject, cuda -> cuda, true);
            onDevice("… and a recorded graph", subject, cuda -> cuda.graph(true), true);
            if (subject.shape().length == 4) {
                onDevice("… and cuDNN's exhaustive search", subject,
                    cuda -> cuda.graph(true).convolutionSearch(Cuda.ConvolutionSearch.EXHAUSTIVE), true);
                onDevice("… and fused bias", subject, cuda -> cuda.graph(true)
                    .convolutionSearch(Cuda.ConvolutionSearch.EXHAUSTIVE).option("fuse_conv_bias", "1"), true);
                onDevice("graph, NHWC, heuristic search", subject, cuda -> cuda.graph(true).nhwc(true), true);
                onDevice("graph, NHWC, exhaustive search", subject, cuda -> cuda.graph(true).nhwc(true)
                    .convolutionSearch(Cuda.ConvolutionSearch.EXHAUSTIVE), true);
                streams(subject, 2);
                streams(subject, 3);
            }
        }
        // Nothing of CUDA's end is measured.
        Runtime.getRuntime().halt(0);
    }

    private static Session open(Subject subject, Cuda cuda) {
        try (var options = new SessionOptions()) {
            cuda.append(options);
            return Session.open(subject.model(), options);
        }
    }

    private static void fill(MemorySegment memory) {
        long state = 1;
        for (long i = 0; i < memory.byteSize() / Float.BYTES; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            memory.setAtIndex(JAVA_FLOAT, i, (state >>> 40) / (float) (1 << 24));
        }
    }

    private static void report(String what, Callable<String> row) {
        try {
            System.out.println("| " + what + " | " + row.call() + " |");
        } catch (Exception e) {
            var reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            System.out.println("| " + what + " | " + reason + " | | | | |");
        }
    }

    private static Times measure(Runnable run) {
        long warm = System.nanoTime() + Math.max(300, millis / 2) * 1_000_000;
        for (int i = 0; i < 10 || System.nanoTime() < warm; i++) {
            run.run();
        }
        var nanos = new long[MOST];
        int count = 0;
        long end = System.nanoTime() + millis * 1_000_000;
        for (long before = System.nanoTime(); count < MOST && before < end;) {
            run.run();
            long after = System.nanoTime();
            nanos[count++] = after - before;
            before = after;
        }
        var sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return new Times(sorted);
    }

    private static void plain(String what, Subject subject, boolean pinned) {
        report(what, () -> {
            try (var session = open(subject, Cuda.standard())) {
                var memory = session.memory(pinned ? MemoryInfo.cudaPinned(0) : MemoryInfo.CPU);
                var builder = session.prepare();
                builder = pinned
                    ? builder.input(subject.input(), memory.hostTensor(ElementType.FLOAT32, subject.shape()))
                    : builder.input(subject.input(), subject.shape());
                try (PreparedRun run = builder.build()) {
                    fill(run.input(subject.input()).segment());
                    return measure(run::run).row() + " |";
                }
            }
        });
    }

    private static void onDevice(String what, Subject subject, Setup setup, boolean onStream) {
        report(what, () -> {
            try (var stream = gpu.stream(); var session = open(subject, cuda(setup, stream, onStream));
                 var run = session.prepareOnDevice(stream).input(subject.input(), subject.shape()).build()) {
                fill(run.input(subject.input()).segment());
                var all = measure(run::run).row();
                return all + " | " + steps(run);
            }
        });
    }

    private static Cuda cuda(Setup setup, CudaStream stream, boolean onStream) {
        var cuda = setup.apply(Cuda.standard());
        return onStream ? cuda.stream(stream.handle()) : cuda;
    }

    /** Where the time of a run goes, each step waited for. */
    private static String steps(DeviceRun run) {
        long whole = millis;
        millis = Math.max(100, whole / 8);
        try {
            var up = measure(() -> {
                run.upload();
                run.await();
            });
            var compute = measure(() -> {
                run.compute();
                run.await();
            });
            var down = measure(() -> {
                run.download();
                run.await();
            });
            return "up " + up.show(0.5) + ", compute " + compute.show(0.5) + ", down " + down.show(0.5);
        } finally {
            millis = whole;
        }
    }

    /** Sessions with a stream and a thread each: while one copies, another computes. */
    private static void streams(Subject subject, int count) {
        report(count + " streams, a thread each, NHWC", () -> {
            var together = new CyclicBarrier(count);
            try (var pool = Executors.newFixedThreadPool(count)) {
                var running = new ArrayList<Future<Times>>();
                for (int i = 0; i < count; i++) {
                    running.add(pool.submit(() -> {
                        try (var stream = gpu.stream();
                             var session = open(subject, cuda(cuda -> cuda.graph(true).nhwc(true), stream, true));
                             var run = session.prepareOnDevice(stream).input(subject.input(), subject.shape())
                                 .build()) {
                            fill(run.input(subject.input()).segment());
                            run.run();
                            together.await(60, TimeUnit.SECONDS);
                            return measure(run::run);
                        }
                    }));
                }
                long runs = 0;
                var last = "";
                for (var each : running) {
                    var times = each.get();
                    runs += times.nanos().length;
                    last = times.row();
                }
                return last + String.format(Locale.ROOT, " | a result every %.3f ms", (double) millis / runs);
            }
        });
    }
}
