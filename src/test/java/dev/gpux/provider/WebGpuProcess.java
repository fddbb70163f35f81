package dev.gpux.provider;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.provider.placement.ProviderOpener;
import dev.gpux.provider.placement.SessionSource;
import dev.gpux.provider.selection.Demand;
import dev.gpux.provider.selection.ProbeCache;
import dev.gpux.provider.selection.ProbeModel;
import dev.gpux.provider.selection.Selector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * The process that {@link WebGpuTest} starts with another ONNX Runtime and a Vulkan device, since a process has one of
 * each: it does what is to be tested and writes down what came out.
 */
public final class WebGpuProcess {
    private final Path folder;
    private final Properties facts = new Properties();
    private final Build build = Build.current();

    private WebGpuProcess(Path folder) {
        this.folder = folder;
    }

    /** Arguments: the folder to write to, MiniLM, the convolution model. */
    public static void main(String[] args) throws IOException {
        var process = new WebGpuProcess(Path.of(args[0]));
        process.model("minilm", Path.of(args[1]), WebGpuProcess::sentence);
        process.model("digits", Path.of(args[2]), WebGpuProcess::picture);
        process.strict(Path.of(args[2]));
        process.selection(Path.of(args[2]));
        process.onDevice(Path.of(args[1]));
        try (var out = Files.newOutputStream(Path.of(args[0]).resolve("facts.properties"))) {
            process.facts.store(out, null);
        }
        // Dawn's threads are in no hurry to end.
        Runtime.getRuntime().halt(0);
    }

    private interface Inputs {
        Map<String, Value> make(Arena arena);
    }

    /** "hello world" in the vocabulary of BERT. */
    private static Map<String, Value> sentence(Arena arena) {
        return Map.of("input_ids", Tensor.of(arena, new long[] {101, 7592, 2088, 102}, 1, 4),
            "attention_mask", Tensor.of(arena, new long[] {1, 1, 1, 1}, 1, 4),
            "token_type_ids", Tensor.of(arena, new long[4], 1, 4));
    }

    private static Map<String, Value> picture(Arena arena) {
        var pixels = new float[28 * 28];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % 29 / 29f;
        }
        return Map.of("input_image", Tensor.of(arena, pixels, 1, 1, 28, 28));
    }

    private ProviderOpener opener() {
        return new ProviderOpener(build, new Selector(build, new ProbeCache(folder.resolve("probes")),
            UnaryOperator.identity()));
    }

    private static SessionSource source(Path model, Optional<Path> profile) {
        return new SessionSource() {
            @Override
            public void configure(SessionOptions options) {
                options.log("test", LogSeverity.WARNING).intraOpThreads(1);
                profile.ifPresent(options::profiling);
            }

            @Override
            public Session open(SessionOptions options) {
                return Session.open(model, options);
            }
        };
    }

    private static Demand webGpu(boolean strict, boolean explain) {
        return new Demand(List.of(WebGpu.standard()), Optional.empty(), strict, explain);
    }

    /** Runs a model on both, keeps the difference, the report, and the file in which ORT profiled the run. */
    private void model(String name, Path model, Inputs inputs) {
        var opened = opener().open(webGpu(false, true), source(model, Optional.of(folder.resolve(name))));
        try (var arena = Arena.ofConfined(); var session = opened.session()) {
            var expected = runOnCpu(arena, model, inputs);
            float[] actual;
            try (var outputs = session.run(inputs.make(arena))) {
                actual = outputs.tensor(0).floats();
            }
            double worst = 0;
            for (int i = 0; i < expected.length; i++) {
                worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
            }
            put(name, "elements", expected.length + "/" + actual.length);
            put(name, "first", Arrays.toString(Arrays.copyOf(actual, 4)));
            put(name, "difference", worst);
            put(name, "profile", session.endProfiling());
        }
        var placement = opened.report().placement();
        put(name, "summary", opened.report().summary());
        put(name, "provider", opened.report().provider().name());
        put(name, "source", placement.source());
        put(name, "nodes.webgpu", placement.nodesOn(WebGpu.INFO.ortName()));
        put(name, "nodes.cpu", placement.nodesOn(Cpu.INFO.ortName()));
        put(name, "copies", placement.copies().orElse(-1));
        placement.onCpu().forEach(fallback ->
            put(name, "cpu." + fallback.operator(), fallback.nodes() + " " + fallback.reason()));
    }

    private static float[] runOnCpu(Arena arena, Path model, Inputs inputs) {
        try (var session = Session.open(model); var outputs = session.run(inputs.make(arena))) {
            return outputs.tensor(0).floats();
        }
    }

    /** A model with an operator that WebGPU lacks, and one that it has in full. */
    private void strict(Path digits) throws IOException {
        put("strict", "digits", failure(() -> opener().open(webGpu(true, false), source(digits, Optional.empty()))));
        var full = Files.write(folder.resolve("full.onnx"), ProbeModel.bytes());
        var opened = opener().open(webGpu(true, true), source(full, Optional.empty()));
        opened.session().close();
        put("strict", "full", opened.report().summary());
        put("strict", "full.holds", opened.report().isStrict());
    }

    private void selection(Path digits) {
        var automatic = opener().open(Demand.AUTOMATIC, source(digits, Optional.empty()));
        automatic.session().close();
        put("automatic", "summary", automatic.report().summary());
        automatic.report().selection().candidates().forEach(candidate -> put("automatic",
            candidate.provider().name(), candidate.usable() + " " + candidate.chosen() + " " + candidate.reason()));
        put("require", "gpu", failure(() -> opener().open(
            new Demand(List.of(), Optional.of("gpu"), false, false), source(digits, Optional.empty()))));
        var required = opener().open(new Demand(List.of(WebGpu.standard()), Optional.of("gpu"), false, false),
            source(digits, Optional.empty()));
        required.session().close();
        put("require", "named", required.report().provider().name());
        put("plain", "source", required.report().placement().source());
        put("plain", "summary", required.report().summary());
        var layout = new Demand(List.of(WebGpu.standard().layout(WebGpu.Layout.NCHW)), Optional.empty(), false, false);
        var plain = opener().open(layout, source(digits, Optional.empty()));
        plain.session().close();
        put("nchw", "source", plain.report().placement().source());
        put("nchw", "summary", plain.report().summary());
    }

    /** Inputs and outputs in the device's memory, several runs of other inputs, compared with plain runs. */
    private void onDevice(Path minilm) {
        try (var options = new SessionOptions()) {
            WebGpu.standard().append(options);
            try (var session = Session.open(minilm, options);
                 var run = session.prepareOnDevice(MemoryInfo.webGpu()).input("input_ids", 1, 4)
                     .input("attention_mask", 1, 4).input("token_type_ids", 1, 4).build()) {
                double worst = 0;
                for (int round = 0; round < 3; round++) {
                    var inputs = sentence(Arena.ofAuto());
                    ((Tensor) inputs.get("input_ids")).segment().setAtIndex(JAVA_LONG, 1, 2000 + round);
                    inputs.forEach((name, value) ->
                        run.input(name).segment().copyFrom(((Tensor) value).segment()));
                    run.run();
                    try (var outputs = session.run(inputs)) {
                        var expected = outputs.tensor(0).floats();
                        var actual = run.output("last_hidden_state").floats();
                        for (int i = 0; i < expected.length; i++) {
                            worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
                        }
                    }
                }
                put("device", "difference", worst);
                put("device", "output", run.deviceOutput("last_hidden_state"));
            }
        }
    }

    private static String failure(Runnable action) {
        try {
            action.run();
            return "none";
        } catch (ProviderException e) {
            return e.kind() + " " + e.getMessage();
        }
    }

    private void put(String what, String key, Object value) {
        facts.setProperty(what + "." + key, value.toString());
    }
}
