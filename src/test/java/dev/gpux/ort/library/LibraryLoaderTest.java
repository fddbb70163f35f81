package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.library.LibraryException.Kind;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryLoaderTest {

    @TempDir
    Path folder;

    @Test
    void loadsTheNativesOfTheMavenJar() throws Throwable {
        var warnings = new ArrayList<String>();
        LibraryRequest request = request().withWarnings(warnings::add);

        LoadedLibrary library = LibraryLoader.load(request);

        assertEquals(Origin.CLASS_PATH, library.origin());
        assertTrue(library.path().startsWith(folder.toRealPath().resolve("cache/native")), library.path().toString());
        assertTrue(library.source().endsWith(".jar"), library.source());
        assertEquals(System.getProperty("ort.version"), version(library));
        assertEquals(List.of(), warnings);
        assertEquals(library.path(), LibraryLoader.load(request).path());
    }

    @Test
    void theGeneratedBindingsSeeWhatTheLibraryExports() {
        LoadedLibrary library = LibraryLoader.load(request());
        assertEquals(version(library), version(SymbolLookup.loaderLookup().findOrThrow("OrtGetApiBase")));
    }

    @Test
    void loadsAFolderAFileAndAnArchive() throws Throwable {
        byte[] content = Natives.library(Natives.HERE);
        String name = Natives.HERE.libraryName();
        Path file = Natives.write(folder.resolve("release/lib").resolve(name), content);
        Path zip = Natives.zip(folder.resolve("ort.zip"), "lib/" + name, content);
        for (Path location : List.of(file, folder.resolve("release"), zip)) {
            LoadedLibrary library = LibraryLoader.load(request().withExplicit(location));
            assertEquals(Origin.EXPLICIT, library.origin());
            assertEquals(location.toString(), library.source());
            assertEquals(System.getProperty("ort.version"), version(library));
        }
    }

    @Test
    void anotherLibraryIsNotTakenForOnnxRuntime() {
        Path libm = Path.of("/lib/x86_64-linux-gnu/libm.so.6");
        assumeTrue(Files.exists(libm), "needs Debian's or Ubuntu's libm");
        var e = assertThrows(LibraryException.class, () -> LibraryLoader.load(request().withExplicit(libm)));
        assertEquals(Kind.NOT_ORT, e.kind());
        assertTrue(e.getMessage().contains("libm.so.6") && e.getMessage().contains("OrtGetApiBase"), e.getMessage());
    }

    @Test
    void aMissingDependencyIsNamed() throws Exception {
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX, "names of Linux");
        // The real library, but it asks for a C++ runtime that no system has.
        String text = new String(Natives.library(Natives.HERE), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("libstdc++.so.6"));
        Path file = Natives.write(folder.resolve("libonnxruntime.so"),
                text.replace("libstdc++.so.6", "libnosuch.so.6").getBytes(StandardCharsets.ISO_8859_1));

        var e = assertThrows(LibraryException.class, () -> LibraryLoader.load(request().withExplicit(file)));

        assertEquals(Kind.LOAD_FAILED, e.kind());
        assertTrue(e.getMessage().contains("Another library is missing: libnosuch.so.6."), e.getMessage());
        assertEquals(1, e.getMessage().split(file.toString(), -1).length - 1, e.getMessage());
    }

    private LibraryRequest request() {
        return LibraryRequest.standard().withCache(folder.resolve("cache"));
    }

    private static String version(LoadedLibrary library) {
        return version(library.getApiBase());
    }

    /** {@code OrtApiBase} begins with the functions {@code GetApi}, {@code GetVersionString}. */
    private static String version(MemorySegment getApiBase) {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor pointer = FunctionDescriptor.of(ValueLayout.ADDRESS);
        try {
            var base = (MemorySegment) linker.downcallHandle(getApiBase, pointer).invokeExact();
            assertNotEquals(0, base.address());
            MemorySegment getVersion = base.reinterpret(16).get(ValueLayout.ADDRESS, 8);
            var text = (MemorySegment) linker.downcallHandle(getVersion, pointer).invokeExact();
            return text.reinterpret(64).getString(0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
