/**
 * The Open Inference Protocol, version 2, with the binary tensor data and the classification extensions:
 * {@link dev.gpux.server.oip.InferReader} reads requests from a connection, {@link dev.gpux.server.oip.InferWriter} writes
 * answers, {@link dev.gpux.server.oip.ModelMetadata} what a model takes and gives. {@code docs/serving.md} is the manual
 * for those who send requests.
 *
 * <p>Tensors are read into native memory that any thread may use ({@link dev.gpux.server.oip.RequestMemory}): binary ones
 * from the socket, JSON numbers by a streaming parser. What a request costs the heap does not depend on its tensors'
 * size, text excepted.
 */
package dev.gpux.server.oip;
