package dev.gpux.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Only calling an exported function looks a symbol up. Everything that goes through the function tables works before
 * any library is loaded, and with a library that was loaded elsewhere.
 */
class LazyLookupTest {
    /** The bindings once more, in a class loader of their own, which therefore has no library loaded. */
    private URLClassLoader withoutLibrary;

    @BeforeEach
    void open() throws Exception {
        var classes = Path.of(OnnxRuntime.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        withoutLibrary = new URLClassLoader(new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    @AfterEach
    void close() throws Exception {
        withoutLibrary.close();
    }

    @Test
    void tablesConstantsAndLayoutsNeedNoLibrary() throws Exception {
        var constant = withoutLibrary.loadClass("dev.gpux.ffi.OnnxRuntime").getMethod("ORT_API_VERSION").invoke(null);
        assertEquals(OnnxRuntime.ORT_API_VERSION(), constant);
        for (var name : List.of("OrtApiBase$GetApi", "OrtApi$CreateSession", "OrtApi$Run", "OrtApi$ReleaseStatus",
                "OrtEpApi$CreateEpDevice", "OrtAllocator$Alloc", "OrtLoggingFunction", "OrtCUDAProviderOptions")) {
            assertEquals(withoutLibrary,
                    Class.forName("dev.gpux.ffi." + name, true, withoutLibrary).getClassLoader());
        }
    }

    @Test
    void anExportedFunctionIsLookedUpAtItsFirstCall() throws Exception {
        var function = withoutLibrary.loadClass("dev.gpux.ffi.OnnxRuntime").getMethod("OrtGetApiBase");
        var thrown = assertThrows(InvocationTargetException.class, () -> function.invoke(null)).getCause();
        var initializer = assertInstanceOf(ExceptionInInitializerError.class, thrown);
        assertInstanceOf(NoSuchElementException.class, initializer.getCause());
    }
}
