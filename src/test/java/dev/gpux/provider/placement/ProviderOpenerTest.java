package dev.gpux.provider.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.Environment;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SelectionPolicy;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.Build;
import dev.gpux.provider.Cpu;
import dev.gpux.provider.OrtPolicy;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.ProviderException.Kind;
import dev.gpux.provider.Providers;
import dev.gpux.provider.Rocm;
import dev.gpux.provider.placement.Placement.Source;
import dev.gpux.provider.placement.ProviderOpener.Opened;
import dev.gpux.provider.selection.Candidate;
import dev.gpux.provider.selection.Demand;
import dev.gpux.provider.selection.ProbeCache;
import dev.gpux.provider.selection.ProbeModel;
import dev.gpux.provider.selection.Selection;
import dev.gpux.provider.selection.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening on a build with nothing but the CPU: the errors, the reports, and that it costs nothing. */
class ProviderOpenerTest {
    @TempDir
    Path folder;
    private Build build;

    /** The model that providers are probed with, as a user's model. */
    private static final class Model implements SessionSource {
        private final byte[] model;
        private int opened;

        Model(byte[] model) {
            this.model = model;
        }

        @Override
        public void configure(SessionOptions options) {
            options.intraOpThreads(1);
        }

        @Override
        public Session open(SessionOptions options) {
            opened++;
            return Session.open(model, options);
        }
    }

    private final Model source = new Model(ProbeModel.bytes());

    @BeforeEach
    void onACpuBuild() {
        build = Build.current();
        assumeTrue(build.isCpuOnly(), () -> "these are the reports of a build without providers; this one has "
            + build.compiled());
    }

    private ProviderOpener opener(Build pretended) {
        return new ProviderOpener(pretended, new Selector(pretended, new ProbeCache(folder.resolve("probes")),
            UnaryOperator.identity()));
    }

    private Opened open(Demand demand) {
        return opener(build).open(demand, source);
    }

    private static Demand providers(String... names) {
        return new Demand(List.of(names).stream().map(Providers::named).toList(), Optional.empty(), false, false);
    }

    private static Demand require(Demand demand, String word) {
        return new Demand(demand.providers(), Optional.of(word), demand.strict(), demand.explain());
    }

    private static Demand strict(Demand demand) {
        return new Demand(demand.providers(), demand.require(), true, demand.explain());
    }

    private ProviderException fails(Kind kind, Demand demand) {
        var e = assertThrows(ProviderException.class, () -> open(demand).session().close(), "it was opened");
        assertEquals(kind, e.kind(), e::getMessage);
        return e;
    }

    @Test
    void automaticallyItIsTheCpuAndNothingIsProbed() {
        var opened = open(Demand.AUTOMATIC);
        try (var _ = opened.session()) {
            assertEquals(Selection.CPU, opened.report().selection());
            assertEquals(Placement.CPU_ONLY, opened.report().placement());
            assertEquals("cpu", opened.report().summary());
            assertEquals("cpu", opened.report().provider().name());
        }
        assertFalse(Files.exists(folder.resolve("probes")));
        assertEquals(1, source.opened);
    }

    @Test
    void aNamedProviderThatIsNotThereIsAnError() {
        var e = fails(Kind.NOT_COMPILED, providers("cuda"));
        assertTrue(e.getMessage().contains("was built without CUDA"), e::getMessage);
        assertEquals(0, source.opened);
        assertEquals(e.getMessage(), fails(Kind.NOT_COMPILED, providers("cuda", "tensorrt")).getMessage());
    }

    @Test
    void theCpuAmongTheNamesWillDo() {
        var opened = open(providers("tensorrt", "cuda", "cpu"));
        try (var _ = opened.session()) {
            assertEquals("cpu", opened.report().provider().name());
            var candidates = opened.report().selection().candidates();
            assertEquals(List.of("tensorrt", "cuda"),
                candidates.stream().map(candidate -> candidate.provider().name()).toList());
            assertTrue(candidates.getFirst().reason().contains("was built without TensorRT"),
                candidates.getFirst()::reason);
            assertFalse(candidates.getFirst().compiled());
        }
    }

    @Test
    void whatIsRequiredAndMissingIsAnErrorThatSaysWhoHasIt() {
        var gpu = fails(Kind.REQUIRED, require(Demand.AUTOMATIC, "gpu"));
        assertTrue(gpu.getMessage().startsWith("a GPU is required, and none can be had: " + build), gpu::getMessage);
        assertTrue(gpu.getMessage().contains("onnxruntime_gpu"), gpu::getMessage);
        var named = fails(Kind.REQUIRED, require(providers("cuda", "cpu"), "cuda"));
        assertTrue(named.getMessage().contains("CUDA is required") && named.getMessage().contains("was built without"),
            named::getMessage);
        assertEquals(Kind.UNKNOWN, assertThrows(ProviderException.class,
            () -> open(require(Demand.AUTOMATIC, "gpus"))).kind());
        assertEquals(0, source.opened);
    }

    @Test
    void theCpuCanBeRequired() {
        open(require(Demand.AUTOMATIC, "cpu")).session().close();
    }

    @Test
    void strictWantsSomethingElseThanTheCpu() {
        var e = fails(Kind.REQUIRED, strict(Demand.AUTOMATIC));
        assertTrue(e.getMessage().contains("there is nothing else: " + build), e::getMessage);
        open(strict(providers("cpu"))).session().close();
        fails(Kind.NOT_COMPILED, strict(providers("cuda")));
    }

    @Test
    void badOptionsAreNeverPassedOver() {
        var rocm = Rocm.standard().option("enable_hip_graph", "1");
        var amd = new Build(build.version(), build.library(), List.of("MIGraphXExecutionProvider",
            "CPUExecutionProvider"));
        var e = assertThrows(ProviderException.class, () -> opener(amd).open(
            new Demand(List.of(rocm, Cpu.standard()), Optional.empty(), false, false), source));
        assertEquals(Kind.BAD_OPTION, e.kind());
    }

    /** A library that says it has CUDA and has not: what a broken installation looks like from outside. */
    @Test
    void aProviderThatCannotBeUsedIsAReasonInTheReport() {
        var claimed = new Build(build.version(), build.library(), List.of("TensorrtExecutionProvider",
            "CUDAExecutionProvider", "DnnlExecutionProvider", "CPUExecutionProvider"));
        var opened = opener(claimed).open(Demand.AUTOMATIC, source);
        try (var _ = opened.session()) {
            var report = opened.report();
            assertEquals("cpu", report.provider().name());
            assertEquals(3, report.selection().candidates().size());
            assertTrue(report.selection().candidates().stream().noneMatch(Candidate::usable));
            assertTrue(report.summary().startsWith("cpu (not TensorRT: "), report::summary);
            assertTrue(report.summary().contains("; not oneDNN: not tried"), report::summary);
            assertTrue(String.join("\n", report.details()).contains("CUDA: "), () -> report.details().toString());
        }
        assertTrue(Files.isDirectory(folder.resolve("probes")));
        var e = assertThrows(ProviderException.class,
            () -> opener(claimed).open(require(Demand.AUTOMATIC, "gpu"), source));
        assertTrue(e.getMessage().contains("\n  TensorRT: ") && e.getMessage().contains("\n  CUDA: "), e::getMessage);
    }

    @Test
    void aModelThatOrtRefusesIsTheModelsFault() {
        var broken = new Model("not a model".getBytes());
        assertThrows(OrtException.class, () -> opener(build).open(Demand.AUTOMATIC, broken));
        assertThrows(OrtException.class, () -> opener(build).open(providers("cpu"), broken));
        assumeCpuIsADevice();
        assertThrows(OrtException.class, () -> opener(build).open(policy(true, false), broken));
    }

    /** ORT's own choice of the CPU: a chain that is not empty, on every machine. */
    private static Demand policy(boolean explain, boolean strict) {
        return new Demand(List.of(new OrtPolicy(SelectionPolicy.PREFER_CPU)), Optional.empty(), strict, explain);
    }

    private void assumeCpuIsADevice() {
        assumeTrue(Environment.get().devices().stream()
            .anyMatch(device -> device.provider().equals("CPUExecutionProvider")), "the CPU is a device from ORT 1.23 on");
    }

    @Test
    void anExplainedSessionKnowsEveryNode() {
        assumeCpuIsADevice();
        var opened = open(policy(true, false));
        try (var _ = opened.session()) {
            var placement = opened.report().placement();
            assertEquals(Source.LOG, placement.source());
            assertEquals(Map.of("cpu", 1), placement.nodesByName());
            assertEquals(List.of(new Fallback("Relu", 1, "")), placement.onCpu());
            assertEquals(OptionalInt.of(0), placement.copies());
            assertEquals("cpu (on the CPU: Relu)", opened.report().summary());
            assertFalse(opened.report().isStrict());
        }
    }

    @Test
    void aSessionThatIsNotExplainedSaysItDoesNotKnow() {
        assumeCpuIsADevice();
        var opened = open(policy(false, false));
        try (var _ = opened.session()) {
            // A policy may choose a provider that changes the layout, so what ORT recorded is not believed.
            assertEquals(Source.UNKNOWN, opened.report().placement().source());
            assertFalse(opened.report().placement().isCounted());
            assertFalse(opened.report().isStrict());
        }
    }

    @Test
    void aStrictSessionNamesTheNodesThatFellBack() {
        assumeCpuIsADevice();
        var e = fails(Kind.REQUIRED, policy(false, true));
        assertTrue(e.getMessage().startsWith("nothing may be left to the CPU, but 1 of 1 nodes would be:\n  Relu"),
            e::getMessage);
        assertInstanceOf(OrtException.class, e.getCause());
    }

    @Test
    void aSurveyHasEveryProviderOfThisSystem() {
        var survey = new Selector(build, new ProbeCache(folder.resolve("probes")), UnaryOperator.identity()).survey();
        var cpu = survey.getLast();
        assertEquals("cpu", cpu.provider().name());
        assertTrue(cpu.chosen() && cpu.usable());
        assertTrue(survey.size() > 5);
        for (var candidate : survey.subList(0, survey.size() - 1)) {
            assertFalse(candidate.compiled(), candidate::toString);
            assertTrue(candidate.reason().contains(candidate.provider().found()), candidate::reason);
        }
    }
}
