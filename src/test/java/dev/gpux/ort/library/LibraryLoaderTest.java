package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryLoaderTest {

    @Test
    void loadsTheNativesOfTheMavenJar(@TempDir Path cache) throws Throwable {
        var warnings = new ArrayList<String>();
        LibraryRequest request = LibraryRequest.standard().withCache(cache).withWarnings(warnings::add);

        LoadedLibrary library = LibraryLoader.load(request);

        assertEquals(Origin.CLASS_PATH, library.origin());
        assertTrue(library.path().startsWith(cache.toRealPath().resolve("native")), library.path().toString());
        assertTrue(library.source().endsWith(".jar"), library.source());
        assertTrue(Files.isRegularFile(library.path()));
        assertEquals(System.getProperty("ort.version"), version(library));
        assertEquals(java.util.List.of(), warnings);
    }

    /** {@code const OrtApiBase*} begins with {@code GetApi}, {@code GetVersionString}. */
    private static String version(LoadedLibrary library) throws Throwable {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor pointer = FunctionDescriptor.of(ValueLayout.ADDRESS);
        var base = (MemorySegment) linker.downcallHandle(library.getApiBase(), pointer).invokeExact();
        assertNotEquals(0, base.address());
        MemorySegment getVersion = base.reinterpret(16).get(ValueLayout.ADDRESS, 8);
        var text = (MemorySegment) linker.downcallHandle(getVersion, pointer).invokeExact();
        return text.reinterpret(64).getString(0);
    }
}
