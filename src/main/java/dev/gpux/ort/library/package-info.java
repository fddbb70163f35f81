/**
 * Finding and loading ONNX Runtime's native library: everything up to the address of {@code OrtGetApiBase}.
 *
 * <pre>{@code
 * LoadedLibrary library = LibraryLoader.load(LibraryRequest.standard().withWarnings(System.err::println));
 * }</pre>
 *
 * <h2>Where it is looked for</h2>
 * <ol>
 * <li>what the caller gives ({@code --ort});</li>
 * <li>what {@code GPUX_ORT} says;</li>
 * <li>{@code library} in the GPUXfile;</li>
 * <li>the class path: {@code ai/onnxruntime/native/<os-arch>/} as in the official Maven jars, CPU or GPU, or in
 * {@code gpux.jar};</li>
 * <li>{@code java.library.path}, then where the system's loader looks.</li>
 * </ol>
 * The first three are a folder, a library file, or an archive (zip, jar, whl, nupkg, tar, tgz). In folders and archives
 * the library is recognised by its name, and its header tells what it is built for; so the layouts of releases, of the
 * Maven, npm, Python and NuGet packages and of others need not be known. A location that was given and is no good is an
 * error; it never falls through to the next place.
 *
 * <h2>Unpacking</h2>
 * A library in an archive is written once to {@code native} in the cache folder ({@code GPUX_CACHE}, or the system's
 * place for caches), together with the shared libraries beside it: ORT looks for its providers in the folder that it
 * was loaded from. Processes that unpack at the same time, crashes and damaged files are dealt with; if the cache cannot
 * be used, a private temporary folder is, and the request's listener is told.
 *
 * <h2>Before and while loading</h2>
 * A file's header is read before the system's loader sees the file, because the loader's own words are poor ("invalid
 * ELF header") and mapping a file that is cut off kills the process. ORT's telemetry is turned off first.
 */
package dev.gpux.ort.library;
