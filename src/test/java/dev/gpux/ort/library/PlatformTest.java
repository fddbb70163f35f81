package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux-x64, libonnxruntime.so, libonnxruntime_providers_cuda.so",
        "Linux, aarch64, linux-aarch64, libonnxruntime.so, libonnxruntime_providers_cuda.so",
        "Mac OS X, aarch64, osx-aarch64, libonnxruntime.dylib, libonnxruntime_providers_cuda.dylib",
        "Mac OS X, x86_64, osx-x64, libonnxruntime.dylib, libonnxruntime_providers_cuda.dylib",
        "Windows 11, amd64, win-x64, onnxruntime.dll, onnxruntime_providers_cuda.dll",
        "Windows Server 2022, aarch64, win-arm64, onnxruntime.dll, onnxruntime_providers_cuda.dll"})
    void namesAreThoseOfTheOfficialJars(String os, String arch, String folder, String library, String provider) {
        Platform platform = Platform.of(os, arch);
        assertEquals(folder, platform.folder());
        assertEquals(library, platform.libraryName());
        assertEquals(provider, platform.providerLibraryName("cuda"));
        assertTrue(Platform.isCore(library));
        assertFalse(Platform.isCore(provider));
        assertTrue(Platform.isCompanion(provider));
    }

    @Test
    void anUnknownSystemIsAnErrorThatNamesIt() {
        var e = assertThrows(LibraryException.class, () -> Platform.of("Plan 9", "amd64"));
        assertTrue(e.getMessage().contains("Plan 9"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"libonnxruntime.so", "libonnxruntime.so.1", "libonnxruntime.so.1.29.0",
        "libonnxruntime.dylib", "libonnxruntime.1.dylib", "libonnxruntime.1.29.0.dylib", "onnxruntime.dll",
        "OnnxRuntime.dll"})
    void theCoreLibraryIsKnownByItsName(String name) {
        assertTrue(Platform.isCore(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"libonnxruntime.so.dbg", "libonnxruntime.so.", "libonnxruntime.so.1..2",
        "libonnxruntime.so1", "libonnxruntime_providers_shared.so", "libonnxruntime4j_jni.so", "libonnxruntime.a",
        "onnxruntime.lib", "libonnxruntime-1.dylib", "libonnxruntime1.dylib", "onnxruntime.so", ""})
    void otherNamesAreNot(String name) {
        assertFalse(Platform.isCore(name));
    }

    @ParameterizedTest
    @CsvSource({"libonnxruntime_providers_shared.so, true", "DirectML.dll, true", "libfoo.so.12.3, true",
        "libonnxruntime4j_jni.so, false", "libjnionnxruntime.so, false", "jnionnxruntime.dll, false",
        "onnxruntime_binding.node, false", "onnxruntime.pdb, false", "libfoo.so.txt, false"})
    void sharedLibrariesBesideItComeAlongButNotTheGlueOfOthers(String name, boolean expected) {
        assertEquals(expected, Platform.isCompanion(name));
    }
}
