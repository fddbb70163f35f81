/**
 * Models that are served: a {@link dev.gpux.server.model.Repository} of {@link dev.gpux.server.model.ServedModel}s, each
 * with a queue of {@link dev.gpux.server.model.Job}s and workers that run them.
 *
 * <h2>Threads</h2>
 * Connections read and parse on virtual threads. A native call would pin the carrier of a virtual thread, so models run
 * on a fixed number of platform threads, the workers: a worker takes a job, or several that go into one batch, makes
 * tensors over the memory that the connection filled, runs, writes the answers and takes the next. What it makes lives in
 * its confined arena. A model whose runs usually take less than a fifth of a millisecond is run by the connections'
 * threads themselves, no more at once than there are workers: to hand such a run over would cost more than the run.
 * A job's own memory belongs to the connection, which waits until no worker uses it any more.
 *
 * <h2>Batches</h2>
 * With {@code serve: batching}, jobs whose tensors differ in the first dimension only run together, if the model leaves
 * that dimension of every input and output open. With {@code buckets}, tensors that differ in the second dimension, too,
 * are padded with zeros to the bucket; what the model gives is cut back. A batch that fails is run again one by one, so
 * that a wrong request costs its own answer only. On the CPU, where workers run on processors of their own, a batch
 * takes no more than its share of all rows that wait or run, and does not wait once it has that: workers would idle
 * beside it.
 *
 * <h2>Ending early</h2>
 * A job whose client has gone or whose deadline has passed leaves the queue, or ends its run if no other job of the batch
 * is wanted any more ({@link dev.gpux.ort.RunOptions#terminate()}).
 *
 * <h2>Being ready</h2>
 * A model is warmed up with its golden tests, or with zeros, before it takes requests. When several runs fail one after the
 * other, that test is run again: if it fails, too, the model is not ready until it passes, though it goes on trying what
 * clients send; if it passes, the requests were to blame.
 */
package dev.gpux.server.model;
