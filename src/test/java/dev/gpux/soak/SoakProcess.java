package dev.gpux.soak;

import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.ValueType;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Does one thing very often, in a process of its own, and writes what that costs: a line for each of twenty samples
 * with the resident memory and the heap in KiB, threads, and file descriptors.
 */
public final class SoakProcess {
    private static final int SAMPLES = 20;
    private static final int KIBI = 1024;

    private final Path folder;
    private final Path model = Path.of(System.getProperty("gpux.models"), "cnn_mnist.onnx");

    private SoakProcess(Path folder) {
        this.folder = folder;
    }

    /** Arguments: what to do, how often, a folder. */
    public static void main(String[] args) throws IOException {
        var soak = new SoakProcess(Path.of(args[2]));
        int count = Integer.parseInt(args[1]);
        switch (args[0]) {
            case "runs" -> soak.runs(count);
            case "opens" -> soak.sampled(count, soak::open);
            case "failures" -> soak.failures(count);
            case "models" -> soak.sampled(count, soak::openModel);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** What is done over and over. */
    @FunctionalInterface
    private interface Step {
        void go(int number) throws IOException;
    }

    private void sampled(int count, Step step) throws IOException {
        for (int sample = 0; sample < SAMPLES; sample++) {
            for (int i = 0; i < count / SAMPLES; i++) {
                step.go(i);
            }
            System.gc();
            System.gc();
            sample();
        }
    }

    private static void sample() throws IOException {
        var runtime = Runtime.getRuntime();
        String resident = "0";
        String threads = "0";
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = line.replaceAll("\\D", "");
            } else if (line.startsWith("Threads:")) {
                threads = line.replaceAll("\\D", "");
            }
        }
        long descriptors;
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            descriptors = files.count();
        }
        System.out.printf(Locale.ROOT, "%s %d %s %d%n", resident, (runtime.totalMemory() - runtime.freeMemory()) / KIBI,
            threads, descriptors);
    }

    /** Every way to run: with fresh tensors, prepared, terminated, failing; numbers, text, sequences. */
    private void runs(int count) throws IOException {
        var text = ModelBuilder.create().input("x", OnnxDataType.STRING, "n")
            .node("Identity", List.of("x"), List.of("y")).output("y", OnnxDataType.STRING, "n");
        var floats = ValueType.sequence(ValueType.tensor(OnnxDataType.FLOAT, "n"));
        var list = ModelBuilder.create().input("x", floats).node("Identity", List.of("x"), List.of("y"))
            .output("y", floats);
        try (var digits = open(Files.readAllBytes(model)); var texts = open(OnnxWriter.toBytes(text.build()));
             var lists = open(OnnxWriter.toBytes(list.build())); var ended = new RunOptions();
             var prepared = digits.prepare().input("input_image", 1, 1, 28, 28).build()) {
            ended.terminate();
            sampled(count, i -> {
                try (var arena = Arena.ofConfined()) {
                    switch (i % 8) {
                        case 0 -> digits.run(Map.of("input_image", Tensor.of(arena, new float[784], 1, 1, 28, 28)))
                            .close();
                        case 1 -> texts.run(Map.of("x", Tensor.ofStrings(arena, List.of("a", "ö"), 2))).close();
                        case 2 -> lists.run(Map.of("x", SequenceValue.of(arena,
                            List.of(Tensor.of(arena, new float[10], 10))))).close();
                        case 3 -> digits.run(arena, Map.of("input_image", prepared.input("input_image")));
                        case 4 -> refused(() -> digits.run(Map.of("input_image", Tensor.of(arena, new float[2], 2))));
                        case 5 -> refused(() -> texts.run(Map.of("x", Tensor.ofStrings(arena, List.of("a"), 1)),
                            List.of("y"), ended).close());
                        default -> prepared.run();
                    }
                }
            });
        }
    }

    private static void refused(Runnable run) {
        try {
            run.run();
            throw new AssertionError("this should not work");
        } catch (OrtException | TensorException e) {
            // As it should be.
        }
    }

    private static Session open(byte[] bytes) {
        try (var options = new SessionOptions()) {
            return Session.open(bytes, options.intraOpThreads(1));
        }
    }

    /** A session with threads of its own, since those are what is easily forgotten. */
    private void open(int number) {
        try (var options = new SessionOptions(); var session = Session.open(model, options.intraOpThreads(2));
             var prepared = session.prepare().input("input_image", 1, 1, 28, 28).build()) {
            prepared.run();
        }
    }

    private void openModel(int number) {
        try (var opened = Model.open(Gpuxfile.ofModel(model), OpenOptions.standard().withIntraThreads(1))) {
            opened.session().inputs();
        }
    }

    /** A file that is none, one that ONNX Runtime refuses, one that the check refuses, and one that is not there. */
    private void failures(int count) throws IOException {
        var text = Files.writeString(folder.resolve("text.onnx"), "this is no model");
        var unknown = folder.resolve("unknown.onnx");
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 2)
            .initializer("w", new long[] {1000}, new float[1000])
            .node("NoSuchOperator", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, 2).build(),
            unknown);
        var broken = folder.resolve("broken.onnx");
        OnnxWriter.write(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 2)
            .node("Relu", List.of("nothing"), List.of("y")).output("y", OnnxDataType.FLOAT, 2).build(), broken);
        var all = List.of(text, unknown, broken, folder.resolve("missing.onnx"));
        sampled(count, i -> {
            var file = all.get(i % all.size());
            try {
                if (i % 2 == 0) {
                    Session.open(file).close();
                } else {
                    Model.open(Gpuxfile.ofModel(file), OpenOptions.standard()).close();
                }
                throw new AssertionError(file + " was opened");
            } catch (OrtException | ModelException e) {
                // As it should be.
            }
        });
    }
}
