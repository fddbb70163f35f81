package dev.gpux.provider.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.Build;
import dev.gpux.provider.Cuda;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.ProviderException.Kind;
import dev.gpux.provider.placement.ProviderOpener;
import dev.gpux.provider.placement.ProviderReport;
import dev.gpux.provider.placement.SessionSource;
import dev.gpux.provider.selection.Demand;
import dev.gpux.provider.selection.ProbeCache;
import dev.gpux.provider.selection.Selector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selection, {@code require} and {@code strict} where there is a GPU. */
class DemandGpuTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void onAGpu() {
        Gpu.required();
    }

    private ProviderReport open(byte[] model, Demand demand) {
        var build = Build.current();
        var opener = new ProviderOpener(build, new Selector(build, new ProbeCache(folder.resolve("probes")),
            UnaryOperator.identity()));
        var opened = opener.open(demand, new SessionSource() {
            @Override
            public void configure(SessionOptions options) { }

            @Override
            public Session open(SessionOptions options) {
                return Session.open(model, options);
            }
        });
        opened.session().close();
        return opened.report();
    }

    private static Demand demand(List<ExecutionProvider> providers, String require, boolean strict) {
        return new Demand(providers, Optional.ofNullable(require), strict, true);
    }

    /** CUDA has no kernel for Unique. */
    private static byte[] withUnique() {
        return OnnxWriter.toBytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, "n")
            .node("Add", List.of("x", "x"), List.of("a")).node("Unique", List.of("a"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, "m").build());
    }

    @Test
    void theGpuIsChosenByItself() {
        var report = open(Gpu.chain(), Demand.AUTOMATIC);
        assertEquals("cuda", report.provider().name(), report::summary);
    }

    @Test
    void aGpuThatIsRequiredIsThere() {
        assertEquals("cuda (all 4 nodes)", open(Gpu.chain(), demand(List.of(), "gpu", true)).summary());
        assertEquals("cuda", open(Gpu.chain(), demand(List.of(), "cuda", false)).provider().name());
    }

    @Test
    void anotherProviderThatIsRequiredIsNot() {
        var e = assertThrows(ProviderException.class, () -> open(Gpu.chain(), demand(List.of(), "migraphx", false)));
        assertEquals(Kind.REQUIRED, e.kind());
    }

    @Test
    void whatIsLeftToTheCpuIsReportedAndRefusedWhereItMustNotBe() {
        var report = open(withUnique(), demand(List.of(Cuda.standard()), null, false));
        assertEquals(1, report.placement().onCpu().size(), report::summary);
        assertEquals("Unique", report.placement().onCpu().getFirst().operator());
        var e = assertThrows(ProviderException.class,
            () -> open(withUnique(), demand(List.of(Cuda.standard()), null, true)));
        assertEquals(Kind.REQUIRED, e.kind());
        assertTrue(e.getMessage().contains("Unique"), e::getMessage);
    }
}
