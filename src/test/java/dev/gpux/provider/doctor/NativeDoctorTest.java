package dev.gpux.provider.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import dev.gpux.provider.Build;
import dev.gpux.provider.ProviderInfo;
import dev.gpux.provider.Providers;
import dev.gpux.provider.doctor.Finding.Level;
import dev.gpux.provider.natives.LikelyPlaces;
import dev.gpux.provider.natives.SearchPath;
import dev.gpux.provider.selection.Candidate;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real shared libraries with the names and the needs of CUDA's, made by the C compiler. */
class NativeDoctorTest {
    @TempDir
    Path folder;

    @BeforeEach
    void onLinuxWithACompiler() {
        if (Platform.current().os() != Os.LINUX) {
            abort("libraries are compiled for Linux here");
        }
        if (!Files.isExecutable(Path.of("/usr/bin/cc"))) {
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail("install a C compiler (gcc)");
            }
            abort("install a C compiler (gcc) to run this");
        }
    }

    private Path compile(String file, String source, Path... needs) throws Exception {
        var target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        var code = Files.writeString(folder.resolve("x.c"), source);
        var command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-Wl,--no-as-needed", "-Wl,-soname,"
            + target.getFileName(), "-o", target.toString(), code.toString()));
        List.of(needs).forEach(need -> command.add(need.toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0, output);
        return target;
    }

    /** The provider's library as a GPU build has it, with what it needs somewhere else or nowhere. */
    private List<Finding> examine(Optional<CudaDriver> driver) throws Exception {
        compile("ort/libonnxruntime_providers_shared.so", "int a;");
        var build = new Build("1.29.0", folder.resolve("ort/libonnxruntime.so"),
            List.of("CUDAExecutionProvider", "CPUExecutionProvider"));
        ProviderInfo cuda = Providers.named("cuda").info();
        var candidate = new Candidate(cuda, true, false, false, false, "it does not load");
        return new ProviderCheck(build, SearchPath.ofProcess(), LikelyPlaces.ofMachine(), driver)
            .examine(List.of(candidate));
    }

    private static List<String> problems(List<Finding> findings) {
        return findings.stream().filter(finding -> finding.level() == Level.PROBLEM).map(Finding::what).toList();
    }

    @Test
    void everyMissingLibraryIsNamedAndWhereItComesFrom() throws Exception {
        var lt = compile("gone/libcublasLt.so.7", "int lt;");
        var blas = compile("gone/libcublas.so.7", "int blas;", lt);
        var dnn = compile("gone/libcudnn.so.7", "int dnn;");
        compile("ort/libonnxruntime_providers_cuda.so", "int provider;", blas, dnn);
        var findings = examine(Optional.empty());
        assertEquals(List.of(
            "libcublas.so.7 is missing: libonnxruntime_providers_cuda.so needs it",
            "libcudnn.so.7 is missing: libonnxruntime_providers_cuda.so needs it"), problems(findings));
        assertTrue(findings.getFirst().advice().contains("install CUDA 7"), findings::toString);
        assertTrue(findings.get(1).advice().contains("install cuDNN 7"), findings::toString);
    }

    /** Builds that name no folder for it live from ORT's having loaded it: seen with CUDA on an H100. */
    @Test
    void whatOrtLoadsBeforeIsNotMissing() throws Exception {
        var shared = compile("ort/libonnxruntime_providers_shared.so", "int a;");
        compile("ort/libonnxruntime_providers_cuda.so", "int provider;", shared);
        assertTrue(problems(examine(Optional.empty())).stream().noneMatch(what -> what.contains("shared")));
    }

    @Test
    void aBuildWithoutTheProvidersLibraryIsIncomplete() throws Exception {
        assertEquals(List.of("libonnxruntime_providers_cuda.so is not beside "
            + folder.resolve("ort/libonnxruntime.so")), problems(examine(Optional.empty())));
    }

    @Test
    void aDriverThatIsTooOldIsNamed() throws Exception {
        var runtime = compile("gone/libcudart.so.13", "int runtime;");
        compile("ort/libonnxruntime_providers_cuda.so", "int provider;", runtime);
        var old = problems(examine(Optional.of(new CudaDriver(12040, 1, ""))));
        assertTrue(old.contains("it is built for CUDA 13, and the driver runs CUDA 12.4 at most"), old::toString);
        var fine = problems(examine(Optional.of(new CudaDriver(13000, 1, ""))));
        assertTrue(fine.stream().noneMatch(what -> what.contains("driver")), fine::toString);
    }

    @Test
    void aDamagedProviderLibraryIsSaidToBe() throws Exception {
        Files.createDirectories(folder.resolve("ort"));
        Files.writeString(folder.resolve("ort/libonnxruntime_providers_cuda.so"), "cut off");
        assertTrue(problems(examine(Optional.empty())).getFirst().endsWith("is no shared library"));
    }

    /** The driver's four functions with their real signatures: the calls are what is tested. */
    @Test
    void theDriverIsAskedThroughItsOwnFunctions() throws Exception {
        var good = compile("good.so", """
            int cuInit(unsigned flags) { return flags == 0 ? 0 : 1; }
            int cuDriverGetVersion(int* v) { *v = 12080; return 0; }
            int cuDeviceGetCount(int* n) { *n = 3; return 0; }
            int cuGetErrorName(int e, const char** s) { *s = "X"; return 0; }
            """);
        var bad = compile("bad.so", """
            int cuInit(unsigned flags) { return 100; }
            int cuDriverGetVersion(int* v) { *v = 11040; return 0; }
            int cuDeviceGetCount(int* n) { return 3; }
            int cuGetErrorName(int e, const char** s) { *s = e == 100 ? "CUDA_ERROR_NO_DEVICE" : 0; return 0; }
            """);
        var empty = compile("empty.so", "int nothing;");
        try (var arena = Arena.ofConfined()) {
            assertEquals(new CudaDriver(12080, 3, ""), CudaDriver.ask(SymbolLookup.libraryLookup(good, arena), arena));
            assertEquals(new CudaDriver(11040, 0, "CUDA_ERROR_NO_DEVICE (100)"),
                CudaDriver.ask(SymbolLookup.libraryLookup(bad, arena), arena));
            assertEquals(new CudaDriver(0, 0, "error -1"),
                CudaDriver.ask(SymbolLookup.libraryLookup(empty, arena), arena));
        }
    }
}
