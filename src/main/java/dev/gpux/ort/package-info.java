/**
 * ONNX Runtime's C API for Java: environment, sessions, tensors, runs. Needs the JDK and nothing else.
 *
 * <h2>First steps</h2>
 * <pre>{@code
 * try (var session = Session.open(Path.of("model.onnx"));
 *      var arena = Arena.ofConfined()) {
 *     var x = Tensor.of(arena, new float[] {1, 2, 3}, 1, 3);
 *     try (var outputs = session.run(Map.of("x", x))) {
 *         System.out.println(outputs.tensor("y").segment().get(JAVA_FLOAT, 0));
 *     }
 * }
 * }</pre>
 *
 * <h2>Memory</h2>
 * Tensors lie in native memory and are made in an {@link java.lang.foreign.Arena} of the caller's choice; ORT reads and
 * writes that memory itself. {@link dev.gpux.ort.Tensor#wrap} takes memory of any origin as it lies (a mapped file, a
 * buffer of another native library), {@link dev.gpux.ort.Tensor#segment()} gives a tensor's memory out.
 *
 * <h2>Lifetimes</h2>
 * {@link dev.gpux.ort.Environment} (one a process, never freed) &gt; {@link dev.gpux.ort.Session} (any thread runs it,
 * {@code close()} waits for them) &gt; {@link dev.gpux.ort.PreparedRun} (one thread's, ready-bound) and
 * {@link dev.gpux.ort.Outputs} (one run's). Closing twice does nothing. Use after close is an exception.
 *
 * <h2>Safety</h2>
 * Wrong names, dtypes, shapes, closed arenas, other threads' arenas: an exception, never a crash. Two things make that
 * hold. Every handle is a segment of an arena whose end releases it, so that the FFM API itself refuses a dead one. And
 * a run passes the tensors' own segments to the downcall besides the pointers to them, so that nobody can close their
 * arenas while the run goes on ({@code HeldMemory} says how).
 *
 * <h2>Errors</h2>
 * {@link dev.gpux.ort.TensorException}: what was given does not fit. {@link dev.gpux.ort.OrtException}: ORT refused or
 * failed, in its own words and with its code. {@link dev.gpux.ort.library.LibraryException}: the native library cannot
 * be had. {@link java.lang.IllegalStateException}: it is closed.
 *
 * <h2>Versions</h2>
 * The bindings are those of ORT 1.29; libraries from 1.22 on work. A function that the loaded library is too old for
 * gives an {@link dev.gpux.ort.OrtException} that names the version it needs.
 *
 * <h2>Devices</h2>
 * {@link dev.gpux.ort.Session#prepareOnDevice} binds inputs and outputs in a device's memory ({@link
 * dev.gpux.ort.DeviceRun}: copy, run, copy, wait, as one or as four steps); {@link dev.gpux.ort.Session#memory} allocates
 * there and has the statistics of the provider's arena. {@code dev.gpux.provider.cuda} has streams.
 *
 * <h2>Raw calls</h2>
 * {@link dev.gpux.ort.Environment#api()} and the {@code handle()} of every object go straight into the functions of
 * {@code dev.gpux.ffi}.
 */
package dev.gpux.ort;
