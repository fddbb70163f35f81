/**
 * GPUX on Apache Spark: a Spark ML {@link dev.gpux.spark.GpuxTransformer transformer} that runs a GPUXfile on the
 * executors. This page is the manual.
 *
 * {@snippet lang = java :
 * var transformer = new GpuxTransformer().setModel("examples/sentences/GPUXfile").setBatchSize(32);
 * Dataset<Row> vectors = transformer.transform(spark.read().parquet("sentences.parquet"));
 * }
 *
 * <h2>What goes where</h2>
 * The driver opens the model, so that what is wrong with it is said at once; puts it with everything that it needs into
 * one archive; and broadcasts that: executors get it from each other, each of them once. An executor checks the digest
 * of every file, opens one session per device, and shares it among its tasks until it ends. Each session has
 * {@code spark.task.cpus} threads inside one operator; with {@code spark.task.resource.gpu.amount} the task's first GPU
 * address is the device of the GPU providers.
 *
 * <p>The driver needs no GPU: it opens the model on its CPU. What the GPUXfile or the parameters
 * {@linkplain dev.gpux.spark.GpuxTransformer#setRequire require} is required of the executors.
 *
 * <h2>Columns</h2>
 * An input of the GPUXfile reads the column of its name, or the one that
 * {@link dev.gpux.spark.GpuxTransformer#setInputColumn} names. Texts read {@code string}, pictures and sounds
 * {@code binary} (the file's content), tensors numbers, (nested) arrays of numbers or, of floats, Spark ML's vectors.
 * {@code null} in a column is the input's default; without one, an error.
 *
 * <p>Outputs are added as columns of their names. A tensor is a number or a (nested) array of numbers, without the batch
 * dimension; unsigned integers and narrow floats take the next type that holds all their values; a text is a
 * {@code string}; classes with scores are an {@code array<struct<label, index, score>>}. The driver learns the types by
 * running the model once on the defaults (a text without default counts as "gpux", a tensor as zeros). Where that cannot
 * be, as with pictures without a default, {@link dev.gpux.spark.GpuxTransformer#setOutputSchema} says them in DDL.
 *
 * <h2>Errors</h2>
 * A model that cannot be opened fails the job with its reason. A row that cannot be run fails the job, too, or, with an
 * {@linkplain dev.gpux.spark.GpuxTransformer#setErrorColumn error column}, gives {@code null} outputs and its reason there;
 * the other rows of its batch are run without it.
 *
 * <h2>Numbers for people who watch</h2>
 * Accumulators {@code gpux.rows}, {@code gpux.batches}, {@code gpux.errors} and {@code gpux.run_ms} show in Spark's web page
 * with each stage.
 */
package dev.gpux.spark;
