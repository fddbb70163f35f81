/**
 * Execution providers: what runs a model's nodes, and the truth about it. Needs the JDK and {@code dev.gpux.ort}.
 *
 * <h2>Appending by hand</h2>
 * <pre>{@code
 * try (var options = new SessionOptions()) {
 *     TensorRt.standard().fp16(true).cache(folder).append(options);
 *     Cuda.standard().device(0).tf32(false).append(options);
 *     try (var session = Session.open(model, options)) { … }
 * }
 * }</pre>
 * Providers are asked for each node in the order of appending; the CPU comes last by itself. Each is a record of its
 * own with typed options, with {@code option(key, value)} for any other option, and with its explicit call of the C
 * API. A value that an option cannot have is refused when it is set.
 *
 * <h2>Choosing, and what came of it</h2>
 * {@code dev.gpux.provider.selection} finds out which providers work on this machine and takes the best;
 * {@code dev.gpux.provider.placement} opens a session so and reports where its nodes really run;
 * {@code dev.gpux.provider.doctor} explains what is missing, {@code dev.gpux.provider.natives} looks for it in libraries.
 *
 * <h2>Fast on a GPU</h2>
 * {@code dev.gpux.provider.cuda}: streams, pinned memory and recorded graphs; {@code docs/gpu.md} says what they gain.
 *
 * <h2>Errors</h2>
 * {@link dev.gpux.provider.ProviderException}: a provider is not in this build of ONNX Runtime (and which is), or its
 * library or one that it needs is missing (and where that comes from; ORT says it in its log only), or it refuses.
 */
package dev.gpux.provider;
