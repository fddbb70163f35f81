package dev.gpux.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.Environment;
import dev.gpux.ort.EpDevice;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.ProviderCalls;
import dev.gpux.ort.ProviderCalls.MiGraphXOptions;
import dev.gpux.ort.SelectionPolicy;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.ProviderException.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every append path, on a build that has none of the providers: the call is made, and the error says what to do. */
class AppendTest {
    private static Build build;

    @BeforeAll
    static void onACpuBuild() {
        build = Build.current();
        assumeTrue(build.isCpuOnly(), () -> "these are the errors of a build without providers; this one has "
            + build.compiled());
    }

    static Stream<ExecutionProvider> accelerators() {
        return Stream.of(
            TensorRt.standard().fp16(true).workspace(1 << 30).cache(Path.of("cache")),
            Cuda.standard().device(1).tf32(false).graph(true),
            Rocm.standard().device(1),
            MiGraphX.standard().fp16(true).exhaustiveTune(true),
            CoreMl.standard().computeUnits(CoreMl.ComputeUnits.CPU_AND_GPU).modelFormat(CoreMl.ModelFormat.ML_PROGRAM),
            DirectMl.standard().device(0),
            OpenVino.standard().device("GPU").precision(OpenVino.Precision.FP16),
            WebGpu.standard().layout(WebGpu.Layout.NCHW),
            Qnn.standard().backend(Qnn.Backend.HTP),
            Xnnpack.standard().threads(2),
            OneDnn.standard().arena(true),
            Cann.standard().device(0),
            VitisAi.standard().config(Path.of("vaip.json")));
    }

    @ParameterizedTest
    @MethodSource("accelerators")
    void aBuildWithoutItSaysWhatItHasAndWhoHasIt(ExecutionProvider provider) {
        try (var options = new SessionOptions()) {
            var e = assertThrows(ProviderException.class, () -> provider.append(options));
            assertEquals(Kind.NOT_COMPILED, e.kind());
            assertEquals(provider.info().name(), e.provider());
            for (var part : List.of(build.version(), build.library().toString(), provider.info().label(),
                "it has the CPU only", provider.info().found(), "--ort")) {
                assertTrue(e.getMessage().contains(part), () -> "'" + part + "' in: " + e.getMessage());
            }
        }
    }

    /** The calls themselves, past the check above: each reaches ORT, which refuses in its own words. */
    static Stream<Arguments> calls() {
        return Stream.of(
            call("cuda", o -> ProviderCalls.on(o).cuda(Cuda.standard().options(), Optional.empty())),
            call("tensorrt", o -> ProviderCalls.on(o).tensorRt(TensorRt.standard().options(), Optional.empty())),
            call("rocm", o -> ProviderCalls.on(o).rocm(Map.of("device_id", "0"))),
            call("migraphx", o -> ProviderCalls.on(o).miGraphX(new MiGraphXOptions(0, true, false, false, false,
                Optional.of("table"), false, -1, true))),
            call("openvino", o -> ProviderCalls.on(o).openVino(OpenVino.standard().device("CPU").options())),
            call("vitisai", o -> ProviderCalls.on(o).vitisAi(Map.of("config_file", "x"))),
            call("onednn", o -> ProviderCalls.on(o).oneDnn(Map.of("use_arena", "1"))),
            call("cann", o -> ProviderCalls.on(o).cann(Map.of("device_id", "0"))),
            call("coreml", o -> o.appendProvider("CoreML", Map.of("ModelFormat", "MLProgram"))),
            call("dml", o -> o.appendProvider("DML", Map.of("device_id", "0"))),
            call("webgpu", o -> o.appendProvider("WebGPU", Map.of())),
            call("qnn", o -> o.appendProvider("QNN", Map.of("backend_type", "cpu"))),
            call("xnnpack", o -> o.appendProvider("XNNPACK", Map.of())));
    }

    private static Arguments call(String name, Consumer<SessionOptions> call) {
        return Arguments.of(name, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void theCallReachesOrt(String name, Consumer<SessionOptions> call) {
        try (var options = new SessionOptions()) {
            var e = assertThrows(OrtException.class, () -> call.accept(options));
            var words = e.getMessage().toLowerCase(Locale.ROOT);
            // Where the call needs a library beside the core, ORT fails at that one first.
            assertTrue(words.contains(name) || words.contains("providers_shared"), e::getMessage);
        }
    }

    @Test
    void aLegacyFunctionThatIsNotExportedIsAnException() {
        assertTrue(ProviderCalls.hasLegacy("CPU"));
        assertTrue(!ProviderCalls.hasLegacy("ROCM"));
        try (var options = new SessionOptions()) {
            ProviderCalls.on(options).legacy("CPU", 1);
            var e = assertThrows(OrtException.class, () -> ProviderCalls.on(options).legacy("ROCM", 0));
            assertTrue(e.getMessage().contains("OrtSessionOptionsAppendExecutionProvider_ROCM"), e::getMessage);
        }
    }

    @Test
    void aMissingProviderLibraryIsNamed() {
        try (var options = new SessionOptions()) {
            var e = assertThrows(ProviderException.class, () -> Appending.guarded(OpenVino.INFO, build,
                () -> ProviderCalls.on(options).openVino(Map.of())));
            assertEquals(Kind.NOT_LOADED, e.kind());
            assertTrue(e.getMessage().contains("onnxruntime_providers_"), e::getMessage);
            assertTrue(e.getMessage().contains("is missing beside " + build.library()), e::getMessage);
            assertInstanceOf(OrtException.class, e.getCause());
        }
    }

    @Test
    void anUnknownNameIsOrtsToJudge() {
        try (var options = new SessionOptions()) {
            var foo = Providers.named("FooExecutionProvider");
            var e = assertThrows(ProviderException.class, () -> foo.append(options));
            assertEquals(Kind.REFUSED, e.kind());
            assertTrue(e.getMessage().contains("FooExecutionProvider"), e::getMessage);
        }
    }

    @Test
    void theCpuIsAppendedByItsDeviceAsAPluginWouldBe() {
        var devices = cpuDevices();
        assertEquals(1, devices.size());
        assertEquals("Microsoft", devices.getFirst().vendor());
        try (var options = new SessionOptions()) {
            options.appendDevices(devices, Map.of());
            TinyModel.run(options);
            assertThrows(IllegalArgumentException.class, () -> options.appendDevices(List.of(), Map.of()));
        }
    }

    private static List<EpDevice> cpuDevices() {
        var devices = Build.pluginDevices("CPUExecutionProvider");
        assumeTrue(!devices.isEmpty() || !build.version().startsWith("1.22"), "the CPU is a device from ORT 1.23 on");
        return devices;
    }

    @Test
    void ortChoosesByAPolicy() {
        cpuDevices();
        try (var options = new SessionOptions()) {
            Providers.named("policy:prefer_cpu").append(options);
            TinyModel.run(options);
        }
        assertEquals(new OrtPolicy(SelectionPolicy.MAX_PERFORMANCE), Providers.named("policy:max_performance"));
        assertEquals(Kind.UNKNOWN, assertThrows(ProviderException.class,
            () -> Providers.named("policy:fastest")).kind());
    }

    @Test
    void aPluginLibraryThatIsNotOneIsRefused(@TempDir Path folder) {
        try (var options = new SessionOptions()) {
            var absent = Named.ofPlugin("MyProvider", folder.resolve("libmine.so"));
            var e = assertThrows(ProviderException.class, () -> absent.append(options));
            assertEquals(Kind.NOT_LOADED, e.kind());
            assertTrue(e.getMessage().contains("there is no plugin library"), e::getMessage);

            var core = Named.ofPlugin("MyProvider", Environment.get().library().path());
            var other = assertThrows(ProviderException.class, () -> core.append(options));
            assertEquals(Kind.NOT_LOADED, other.kind());
            assertTrue(other.getMessage().startsWith("the plugin library " + build.library() + " cannot be used: "),
                other::getMessage);
        }
    }

    @Test
    void appendingTheCpuSetsItsOptionsOnly() {
        try (var options = new SessionOptions()) {
            Cpu.standard().arena(false).append(options);
            TinyModel.run(options);
            options.config("session.disable_cpu_ep_fallback", "1");
            // Had it been appended by ORT's own call, ORT would complain of that and not of the nodes.
            var e = assertThrows(OrtException.class, () -> TinyModel.run(options));
            assertTrue(e.getMessage().contains("nodes that are assigned to the default CPU EP"), e::getMessage);
        }
    }
}
