package dev.gpux.provider.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gpux.ort.DeviceTensor;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MemoryInfo;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The calls to NVIDIA's driver, made to a library with its functions whose device is the CPU: the C compiler holds
 * their arguments to the driver's declarations. The suite of GPU tests ({@code src/jmh/gpu}) makes them to the real
 * one.
 */
class CudaStreamTest {
    private static final String DRIVER = """
        #include <stddef.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <string.h>
        typedef int CUresult; typedef int CUdevice; typedef struct context *CUcontext; typedef struct stream *CUstream;
        typedef uint64_t CUdeviceptr;
        struct context { int current; }; struct stream { int copies; int waits; };
        static struct context primary, *current; int gpux_streams, gpux_waits, gpux_wrong;
        CUresult cuInit(unsigned flags) { return flags; }
        CUresult cuDeviceGet(CUdevice *device, int ordinal) { *device = ordinal; return ordinal > 1 ? 101 : 0; }
        CUresult cuDevicePrimaryCtxRetain(CUcontext *out, CUdevice device) { *out = &primary; return device > 1; }
        CUresult cuCtxSetCurrent(CUcontext context) { current = context; return context == &primary ? 0 : 201; }
        CUresult cuThreadExchangeStreamCaptureMode(int *mode) { gpux_wrong += *mode != 1; *mode = 0; return 0; }
        CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
            strncpy(name, device ? "the other" : "Imitation", (size_t) length); return 0; }
        CUresult cuMemGetInfo_v2(size_t *left, size_t *total) {
            *left = 5000000000ul; *total = 80000000000ul; return 0; }
        CUresult cuStreamCreate(CUstream *out, unsigned flags) {
            gpux_wrong += flags != 1 || current != &primary; *out = calloc(1, sizeof **out); gpux_streams++; return 0; }
        CUresult cuStreamSynchronize(CUstream stream) { stream->waits++; gpux_waits++; return 0; }
        CUresult cuStreamDestroy_v2(CUstream stream) { free(stream); gpux_streams--; return 0; }
        CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
            stream->copies++; memcpy((void *) to, from, bytes); return 0; }
        CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
            if (stream->copies == 0) return 700; memcpy(to, (void *) from, bytes); return 0; }
        CUresult cuGetErrorName(CUresult error, const char **name) {
            if (error == 101) { *name = "CUDA_ERROR_INVALID_DEVICE"; return 0; }
            if (error == 700) { *name = "CUDA_ERROR_ILLEGAL_ADDRESS"; return 0; } return 1; }
        """;

    @TempDir
    static Path folder;
    private static SymbolLookup driver;
    private static CudaApi api;

    @BeforeAll
    static void compile() throws Exception {
        if (Platform.current().os() != Os.LINUX) {
            abort("the imitation is compiled for Linux here");
        }
        if (!Files.isExecutable(Path.of("/usr/bin/cc"))) {
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail("install a C compiler (gcc)");
            }
            abort("install a C compiler (gcc) to run this");
        }
        var source = Files.writeString(folder.resolve("driver.c"), DRIVER);
        var library = folder.resolve("libcuda.so.1");
        var process = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString())
            .redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0, output);
        driver = SymbolLookup.libraryLookup(library, Arena.global());
        api = new CudaApi(driver);
    }

    private static int counted(String name) {
        return driver.find(name).orElseThrow().reinterpret(4).get(JAVA_INT, 0);
    }

    private static DeviceTensor onDevice(Arena arena, int elements) {
        return DeviceTensor.wrap(arena, MemoryInfo.CPU, ElementType.FLOAT32, arena.allocate(4L * elements, 4),
            elements);
    }

    @Test
    void copiesThereAndBack() {
        try (var arena = Arena.ofConfined(); var stream = new CudaDevice(api, 0).stream()) {
            var x = Tensor.of(arena, new float[] {1, 2, 3}, 3);
            var y = Tensor.allocate(arena, ElementType.FLOAT32, 3);
            var device = onDevice(arena, 3);
            var up = stream.upload(x, device);
            var down = stream.download(device, y);
            up.start();
            down.start();
            stream.await();
            assertArrayEquals(new float[] {1, 2, 3}, y.floats());
            assertEquals(0, counted("gpux_wrong"));
            assertEquals(MemoryInfo.cuda(0), stream.deviceMemory());
            assertEquals(MemoryInfo.cudaPinned(0), stream.hostMemory());
        }
    }

    @Test
    void whatTheDeviceSaysOfItself() {
        var device = new CudaDevice(api, 1);
        assertEquals("the other", device.name());
        assertEquals(1, device.number());
        assertEquals(new CudaDevice.Memory(5_000_000_000L, 80_000_000_000L), device.memory());
    }

    @Test
    void theDriversErrorsAreExceptionsWithTheirNames() {
        var e = assertThrows(CudaException.class, () -> new CudaDevice(api, 7));
        assertEquals("cuDeviceGet: CUDA_ERROR_INVALID_DEVICE (101)", e.getMessage());
        try (var arena = Arena.ofConfined(); var stream = new CudaDevice(api, 0).stream()) {
            var down = stream.download(onDevice(arena, 3), Tensor.allocate(arena, ElementType.FLOAT32, 3));
            assertEquals("cuMemcpyDtoHAsync: CUDA_ERROR_ILLEGAL_ADDRESS (700)",
                assertThrows(CudaException.class, down::start).getMessage());
        }
        var missing = assertThrows(CudaException.class, () -> new CudaApi(SymbolLookup.loaderLookup()));
        assertTrue(missing.getMessage().contains("has no cuCtxSetCurrent"), missing::getMessage);
    }

    @Test
    void copiesOfAnotherSizeAreRefused() {
        try (var arena = Arena.ofConfined(); var stream = new CudaDevice(api, 0).stream()) {
            var four = Tensor.allocate(arena, ElementType.FLOAT32, 4);
            assertThrows(TensorException.class, () -> stream.upload(four, onDevice(arena, 3)));
            assertThrows(TensorException.class, () -> stream.download(onDevice(arena, 5), four));
        }
    }

    @Test
    void closingIsOnceAndForAll() {
        try (var arena = Arena.ofConfined()) {
            int before = counted("gpux_streams");
            var stream = new CudaDevice(api, 0).stream();
            var x = Tensor.allocate(arena, ElementType.FLOAT32, 3);
            var up = stream.upload(x, onDevice(arena, 3));
            assertEquals(before + 1, counted("gpux_streams"));
            int waits = counted("gpux_waits");
            stream.close();
            stream.close();
            assertEquals(before, counted("gpux_streams"));
            assertEquals(waits + 1, counted("gpux_waits"), "what was on the stream was waited for");
            assertThrows(IllegalStateException.class, up::start);
            assertThrows(IllegalStateException.class, stream::await);
        }
    }

    @Test
    void memoryThatIsGoneIsNotCopied() {
        var arena = Arena.ofConfined();
        try (var stream = new CudaDevice(api, 0).stream()) {
            var up = stream.upload(Tensor.allocate(arena, ElementType.FLOAT32, 3), onDevice(arena, 3));
            up.start();
            arena.close();
            assertThrows(IllegalStateException.class, up::start);
        }
    }
}
