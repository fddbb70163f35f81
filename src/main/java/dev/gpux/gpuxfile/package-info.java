/**
 * The GPUXfile: what a model is and how to run it, as YAML. {@link dev.gpux.gpuxfile.Gpuxfile#read(java.nio.file.Path)}
 * gives immutable records or a {@link dev.gpux.gpuxfile.GpuxfileException} with everything that is wrong, each with
 * file, line, column, what was expected and what to do. This page is the manual of the file.
 *
 * {@snippet lang = yaml:
 * name: sentence-embedding
 * version: 1.0.0
 * description: A sentence as 384 numbers.
 * model:
 *   source: models/all-minilm-l6-v2-q.onnx
 *   sha256: afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1
 * inputs:
 *   text: {type: text, default: hello world}
 * preprocess:
 *   - tokenize: {input: text, tokenizer: models/all-minilm-l6-v2-q-tokenizer.json, max_length: 256}
 * postprocess:
 *   - pool: {output: last_hidden_state, as: embedding, mode: mean, normalize: l2}
 * }
 *
 * <h2>Rules for the whole file</h2>
 * <ul>
 * <li>Only {@code model} is required. A key that is not listed here is an error; so is a key given twice, and a key
 * without a value.
 * <li>Relative paths count from the GPUXfile's folder.
 * <li>{@code ${NAME}} is the environment variable of that name, {@code ${NAME:-default}} has a default for where it is
 * unset or empty, {@code $$} is a dollar sign. They work in every value, not in keys. Inside {@code {…}} and
 * {@code […]} YAML wants quotes around them: {@code {port: "${PORT:-8080}"}}.
 * <li>Values have the types of YAML 1.2's core schema: {@code true} and {@code false} are the only truth values,
 * {@code no} and {@code on} are text. Text may stand without quotes; where text is expected, an unquoted number is
 * text, too ({@code version: 1.0}).
 * <li>Anchors and aliases work; tags ({@code !x}) and merge keys ({@code <<}) are errors. A file has one document, at
 * most 1 MiB of UTF-8, 50 levels and 100,000 values.
 * <li>A size is a number of bytes: {@code 512}, {@code 2GB} (2·10<sup>9</sup>), {@code 512MiB} (512·2<sup>20</sup>).
 * </ul>
 *
 * <h2>{@code name}, {@code version}, {@code description}</h2>
 * What the model is called, in the store ({@code name:version}), in URLs and for people. Name and version have at most
 * 128 letters, digits, {@code . _ -} and begin with a letter or digit. Without a name, the folder's counts.
 *
 * <h2>{@code model}</h2>
 * A path or URL, or a map:
 * <ul>
 * <li>{@code source}: a path, {@code https://…}, or {@code hf://owner/repository[@revision]/file};
 * <li>{@code sha256}: what the file must hash to; checked before it is loaded.
 * </ul>
 *
 * <h2>{@code runtime}</h2>
 * <ul>
 * <li>{@code providers}: {@code auto}, or execution providers in the order of preference,
 * {@code [tensorrt, cuda, cpu]};
 * <li>{@code require}: {@code gpu} or a provider: fail instead of falling back;
 * <li>{@code options}: provider → option → value, as ORT's C API names them: {@code {cuda: {device_id: 0}}};
 * <li>{@code threads}: {@code intra} ({@code auto} or a number), {@code inter}, {@code spin}; a number alone is
 * {@code intra};
 * <li>{@code memory}: the most device memory, a size;
 * <li>{@code session}: ORT session configuration entries, passed through; {@code true} is passed as {@code 1};
 * <li>{@code custom_ops}: a list of libraries with custom operators;
 * <li>{@code library}: another ORT build, a folder, file or jar.
 * </ul>
 *
 * <h2>{@code inputs}</h2>
 * Name → what a person gives: {@code type} is {@code text}, {@code image}, {@code audio}, {@code number} or
 * {@code tensor}; {@code description}; {@code default}, the value where none is given. A text may have
 * {@code max_length} (tokens that a tokenising step keeps unless it says so itself) and {@code list: true} (a person may
 * give several, {@code -i text=… -i text=…}, which the model sees together); a tensor {@code dtype}
 * ({@code float32}, {@code int64}, …) and {@code shape} ({@code [batch, 3, 224, 224]}; a name or {@code -1} is any
 * size). {@code x: tensor} is short for {@code x: {type: tensor}}.
 *
 * <h2>{@code preprocess}, {@code postprocess}</h2>
 * Lists of steps, run in order. A step is {@code - name}, {@code - name: {parameter: value}}, or {@code - name: value},
 * which is the parameter {@code value}. Which steps and parameters there are is the pipeline's to say. By convention
 * {@code input} names what a preprocessing step reads, {@code output} what a postprocessing step reads, and {@code as}
 * what it makes.
 *
 * <p>The postprocessing step {@code model} runs another model, with steps of its own, on each thing that was found in a
 * picture:
 * {@snippet lang = yaml:
 * postprocess:
 *   - text_regions: {as: regions}
 *   - model:
 *       each: regions
 *       as: lines
 *       source: models/reader.onnx
 *       preprocess:
 *         - image: {size: [48, auto], scale: 1/255}
 *       postprocess:
 *         - ctc: {metadata: character}
 * }
 * <ul>
 * <li>{@code source}, {@code sha256}: the model, as under {@code model:}; it runs where the first one runs;
 * <li>{@code each}: the boxes, {@code boxes} by default; {@code picture}: the input that they are in, {@code picture} by
 * default. Each is cut out, turned upright, and is the only input of the other model's steps;
 * <li>{@code as}: what the answers are called, {@code parts} by default: one for each box, in their order;
 * <li>{@code batch}: how many go into one run, 8 by default;
 * <li>{@code turn}: what is more than this many times as high as wide is turned by 90° to the left; by default nothing;
 * <li>{@code preprocess}, {@code postprocess}: the other model's steps.
 * </ul>
 *
 * <h2>{@code serve}</h2>
 * {@code host}, {@code port} (0 for a free one), {@code workers} ({@code auto} or a number), {@code timeout_ms},
 * {@code max_body} (a size), {@code queue} (requests that may wait), and {@code batching}: {@code max_size} (required),
 * {@code max_delay_ms}, {@code preferred} (batch sizes), {@code buckets} (lengths that inputs are padded to).
 *
 * <h2>{@code tests}</h2>
 * A list of golden tests: {@code name}, {@code input} (input → value; defaults fill in; {@code "@FILE"} reads numbers
 * from a file, and a picture or sound is a file's name), {@code expect} (output → value), {@code tolerance} (absolute; by
 * default 0.0001 for floating-point numbers and 0 for others). An expected list that ends with {@code ...} is compared up to there:
 * {@code expect: {embedding: [-0.0357, 0.0207, ...]}}.
 *
 * <h2>{@code state}</h2>
 * Model input → model output that is fed back to it in the next run: {@code {state: stateN}}. The first run gets zeros;
 * sizes that the model leaves open are 1, unless {@code inputs:} has the input with a {@code shape}. The step {@code chunk}
 * makes several runs of one long input.
 *
 * <h2>The Python ancestor's {@code gpux.yml}</h2>
 * A file called {@code *.yml} or {@code *.yaml} may hold the keys of GPUX's Python ancestor ({@code serving},
 * {@code runtime.gpu}, {@code preprocessing}, {@code outputs}, …). What can be mapped is mapped, what the ancestor
 * never used is dropped, and each such key leaves a {@link dev.gpux.gpuxfile.Note} that says so.
 *
 * <h2>For other packages</h2>
 * {@link dev.gpux.gpuxfile.Value} is a tree that knows its places, {@link dev.gpux.gpuxfile.Fields} reads a map of it
 * strictly, {@link dev.gpux.gpuxfile.Problems} collects what is wrong. {@link dev.gpux.gpuxfile.Suggestion} and
 * {@link dev.gpux.gpuxfile.ByteSize} serve the command line, too. {@code gpuxfile.schema.json}, beside this class file,
 * is a JSON Schema (draft 2020-12) for editors; what it cannot say is only what needs the environment or compares two
 * values.
 */
package dev.gpux.gpuxfile;
