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
 * of every file, opens one session per device, and shares it among its tasks until it ends; its log has a line of each of
 * these ({@code gpux: received …}, {@code gpux: … on cuda, 1 thread, GPU 3, opened in …}, {@code gpux: closed …}). Each
 * session has {@code spark.task.cpus} threads inside one operator; with {@code spark.task.resource.gpu.amount} the
 * task's first GPU address is the device of the GPU providers.
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
 * <p>Outputs are added as columns of their names:
 * <table>
 * <caption>What a model gives → the type of its column</caption>
 * <tr><td>a tensor</td><td>a number or a (nested) {@code array} of numbers, without the batch dimension; unsigned integers
 *     and narrow floats take the next type that holds all their values</td></tr>
 * <tr><td>a map, a sequence</td><td>{@code map}, {@code array}</td></tr>
 * <tr><td>text</td><td>{@code string}</td></tr>
 * <tr><td>classes with scores</td><td>{@code array<struct<label, index, score>>}, best first</td></tr>
 * <tr><td>text that was read</td><td>{@code struct<text, score>}</td></tr>
 * <tr><td>things found in a picture</td><td>{@code array<struct<label, index, score, box, corners>>}; {@code box} is a
 *     {@code struct<left, top, right, bottom>} around the four {@code corners}, {@code struct<x, y>} each, in pixels</td></tr>
 * <tr><td>what another model says of each</td><td>{@code array<struct<score, box, corners, …>>} with a field for each of its
 *     outputs</td></tr>
 * <tr><td>a picture</td><td>{@code binary}, a PNG file: as another model's input reads it</td></tr>
 * <tr><td>how alike texts are</td><td>{@code array<array<float>>}</td></tr>
 * </table>
 * The driver learns the types by running the model once on the defaults (without one, a text counts as "gpux", a tensor
 * as zeros, a picture as black). Where that cannot be, as with sounds without a default, or tells nothing, as with a
 * picture in which nothing is found for the other model, {@link dev.gpux.spark.GpuxTransformer#setOutputSchema} says
 * them in DDL.
 *
 * <h2>Errors</h2>
 * A model that cannot be opened fails the job with its reason. A row that cannot be run fails the job, too, or, with an
 * {@linkplain dev.gpux.spark.GpuxTransformer#setErrorColumn error column}, gives {@code null} outputs and its reason there;
 * the other rows of its batch are run without it.
 *
 * <h2>Numbers for people who watch</h2>
 * Accumulators {@code gpux.rows}, {@code gpux.batches}, {@code gpux.errors} and {@code gpux.run_ms} (milliseconds in the
 * model, its steps and conversions) show in Spark's web page with each stage.
 */
package dev.gpux.spark;
