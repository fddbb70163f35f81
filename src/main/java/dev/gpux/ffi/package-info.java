/**
 * The C API of ONNX Runtime 1.29 ({@code ORT_API_VERSION} 29), as jextract generates it from the C headers: one class
 * per struct and callback, constants and exported functions in {@link dev.gpux.ffi.OnnxRuntime}.
 *
 * <p>Most programs want {@code dev.gpux.ort} instead. This package is public for those who need a C function that it
 * does not wrap: the handles of {@code dev.gpux.ort} give out the C pointers that these functions take.
 *
 * <h2>Calling</h2>
 * Nearly all of the API is reached through tables of function pointers. A table class has, for each of its members, a
 * static method that reads the pointer from the table, and a nested class of the same name whose {@code invoke} calls
 * it:
 * {@snippet lang = java :
 * MemorySegment base = OnnxRuntime.OrtGetApiBase();
 * MemorySegment api = OrtApiBase.GetApi.invoke(OrtApiBase.GetApi(base), OnnxRuntime.ORT_API_VERSION());
 * MemorySegment createSession = OrtApi.CreateSession(api);
 * MemorySegment status = OrtApi.CreateSession.invoke(createSession, env, path, options, out);
 * }
 * {@code GetApi} answers NULL when the library is older than the version asked for. A table of an older version ends
 * earlier: the members beyond it must not be read, and the header's {@code \since} says which they are. A call that can
 * fail returns an {@code OrtStatus*}, NULL if it succeeded, which the caller releases with {@code ReleaseStatus}.
 *
 * <h2>Loading</h2>
 * No class of this package loads a library. The exported functions in {@link dev.gpux.ffi.OnnxRuntime} are looked up at
 * their first call among the libraries that this package's class loader has loaded ({@code System.load}); a call of one
 * that is not there throws {@link java.lang.ExceptionInInitializerError}, and {@link java.lang.NoClassDefFoundError}
 * from then on. The tables need no lookup.
 *
 * <h2>Types</h2>
 * {@code size_t}, {@code int64_t} and {@code uint64_t} are {@code long}; {@code int}, {@code uint32_t} and enums are
 * {@code int}; every pointer is a {@link java.lang.foreign.MemorySegment}. A {@code const ORTCHAR_T*} (a path) is
 * UTF-16 on Windows and UTF-8 elsewhere; all other strings are UTF-8. The same sources serve every 64-bit platform.
 *
 * <p>Nothing here checks anything: a wrong pointer ends the JVM. Functions are as thread-safe as the C API says they
 * are; the struct accessors read and write memory without any ordering.
 */
package dev.gpux.ffi;
