/**
 * {@code gpux serve}: models over HTTP. {@link dev.gpux.server.Server} puts together what its sub-packages have:
 * {@code http} (connections, requests, answers), {@code memory} (native memory that threads hand on), {@code oip} (the Open
 * Inference Protocol), {@code model} (queues, workers, batches, reload), {@code metrics}, {@code route} (which path means
 * what) and {@code page} (the page to try a model). {@code docs/serving.md} is the manual for people.
 *
 * <p>The way of a request: a connection's virtual thread reads its head, {@code route} finds the model, {@code oip} reads
 * the tensors into borrowed native memory, a worker of {@code model} runs them and writes the answer from ORT's memory to
 * the socket; the connection's thread gives the memory back and reads the next request.
 */
package dev.gpux.server;
