package dev.gpux.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The loaders' words as ORT passes them on. */
class LoadErrorTest {

    @Test
    void linuxNamesTheMissingLibrary() {
        var error = LoadError.in(List.of("some other message", "/src/provider_bridge_ort.cc:1988 "
            + "onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to "
            + "load library /x/libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared "
            + "object file: No such file or directory\n")).orElseThrow();
        assertEquals("/x/libonnxruntime_providers_cuda.so", error.library());
        assertEquals(Optional.of("libcublasLt.so.12"), error.missing());
        assertTrue(!error.ownLibraryIsMissing());
    }

    @Test
    void theProvidersOwnLibraryMayBeWhatIsMissing() {
        var error = LoadError.in(List.of("Failed to load library /x/libp.so with error: /x/libp.so: cannot open shared "
            + "object file: No such file or directory")).orElseThrow();
        assertTrue(error.ownLibraryIsMissing());
    }

    @Test
    void otherReasonsAreKeptInTheLoadersWords() {
        var error = LoadError.in(List.of("Failed to load library /x/libp.so with error: /lib/libc.so.6: version "
            + "`GLIBC_2.38' not found (required by /x/libp.so)")).orElseThrow();
        assertEquals(Optional.empty(), error.missing());
        assertEquals("/lib/libc.so.6: version `GLIBC_2.38' not found (required by /x/libp.so)", error.words());
    }

    @Test
    void windowsIsExplainedByOrt() {
        var error = LoadError.in(List.of("[ONNXRuntimeError] : 1 : FAIL : Error loading "
            + "\"C:\\x\\onnxruntime_providers_cuda.dll\" which depends on \"cublasLt64_12.dll\" which is missing. "
            + "(Error 126: \"The specified module could not be found.\")")).orElseThrow();
        assertEquals("C:\\x\\onnxruntime_providers_cuda.dll", error.library());
        assertEquals(Optional.of("cublasLt64_12.dll"), error.missing());
    }

    @Test
    void macNamesThePathItTried() {
        var error = LoadError.in(List.of("Failed to load library /x/libp.dylib with error: dlopen(/x/libp.dylib, "
            + "0x000A): Library not loaded: @rpath/libopenvino.dylib\n  Referenced from: /x/libp.dylib\n  Reason: "
            + "tried: '/usr/lib/libopenvino.dylib' (no such file)")).orElseThrow();
        assertEquals(Optional.of("@rpath/libopenvino.dylib"), error.missing());
    }

    @Test
    void whatIsNoLoadErrorIsNone() {
        assertEquals(Optional.empty(), LoadError.in(List.of("CUDA failure 35: driver version is insufficient")));
    }

    @Test
    void ortsWordsLoseWhatSpeaksToItsDevelopers() {
        assertEquals("Failed to get a WebGPU adapter: No supported adapters", OrtWords.plain("/src/context.cc:136 "
            + "onnxruntime::webgpu::WebGpuContext::Initialize(const Config&)::<lambda()> adapter_result.status == "
            + "wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported "
            + "adapters\n"));
        assertEquals("it broke", OrtWords.plain("x.cc:1 f() [ONNXRuntimeError] : 1 : FAIL : it broke"));
        assertEquals("plain words", OrtWords.plain(" plain words "));
    }
}
