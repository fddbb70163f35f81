/**
 * {@code gpux package}: GPUX with a Java of its own, for machines without one and for container images.
 *
 * <pre>
 * gpux-0.1.0-linux-x64/
 *   gpux                     the launcher: POSIX sh, or start jre/bin/java yourself (deploy/Dockerfile does)
 *   jre/                     made by jlink, with the modules that GPUX uses
 *   lib/gpux.jar             the program, without native libraries
 *   lib/libonnxruntime.so    ONNX Runtime for this platform, with the providers that came with it
 *   lib/gpux.aot             the AOT cache for exactly this jar and this Java
 * gpux-0.1.0-linux-x64.tar.gz
 * </pre>
 *
 * It needs the C library, libstdc++ and libgcc_s of the system, writes nothing, and may be moved: the AOT cache minds the
 * names, sizes and times of jar and runtime, not their folder. All files have the time of the program's build, so that the
 * same jar and JDK give the same bytes, but for the AOT cache, which Java lays out anew each time.
 *
 * <p>It is a command and not a Maven profile because it needs nothing of the project: whoever has a {@code gpux.jar} and a
 * JDK can package, with another ONNX Runtime, too ({@code --ort}).
 */
package dev.gpux.cli.packaging;
