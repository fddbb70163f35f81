/**
 * NVIDIA GPUs by hand: streams, copies and free memory, through the driver's own library. Needs an NVIDIA driver,
 * nothing of the CUDA toolkit. The engine and the commands do by themselves what follows, where the provider's option
 * {@code enable_cuda_graph} says so: see {@code dev.gpux.engine.recorded}.
 *
 * <pre>{@code
 * var gpu = CudaDevice.open(0);
 * try (var stream = gpu.stream(); var options = new SessionOptions()) {
 *     Cuda.standard().stream(stream.handle()).graph(true).append(options);
 *     try (var session = Session.open(model, options);
 *          var run = session.prepareOnDevice(stream).input("x", 1, 3, 224, 224).build()) {
 *         MemorySegment x = run.input("x").segment();     // pinned memory of the host
 *         …
 *         run.run();                                      // copy, replay the graph, copy, wait once
 *     }
 * }
 * }</pre>
 */
package dev.gpux.provider.cuda;
