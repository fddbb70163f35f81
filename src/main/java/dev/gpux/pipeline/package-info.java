/**
 * What stands between a person and a model: steps that turn text, pictures, sounds and numbers into the model's input
 * tensors, and its output tensors into answers.
 *
 * <p>A GPUXfile names the steps ({@code preprocess:}, {@code postprocess:}); {@code dev.gpux.pipeline.step} has one class
 * a step, with its parameters, over the algorithms of {@code dev.gpux.pipeline.text} and its siblings. A step is made once
 * for a model, checks there and then that it fits it, and is used by all threads afterwards; what belongs to one run lives
 * in the {@link dev.gpux.pipeline.Batch}, whose arena holds the tensors. A step writes straight into the native memory
 * that the model reads.
 *
 * <h2>The steps</h2>
 * <table>
 * <caption>Step → what it makes; its class has the parameters</caption>
 * <tr><th>before the model</th><td></td></tr>
 * <tr><td>{@code tokenize}</td><td>text → token ids, mask, types; texts of different length are padded</td></tr>
 * <tr><td>{@code image}</td><td>a picture → the model's pixels</td></tr>
 * <tr><td>{@code waveform}, {@code frames}, {@code log_mel}</td><td>a WAV file → samples → frames or mels</td></tr>
 * <tr><td>{@code cast}, {@code scale}, {@code reshape}, {@code transpose}, {@code flip}, {@code pad}, {@code one_hot},
 * {@code constant}</td><td>numbers → numbers</td></tr>
 * <tr><td>{@code chunk}</td><td>one long input → many runs, with the GPUXfile's {@code state:} carried along</td></tr>
 * <tr><th>behind the model</th><td></td></tr>
 * <tr><td>{@code pool}, {@code l2}, {@code cosine}</td><td>vectors; how alike texts are</td></tr>
 * <tr><td>{@code softmax}, {@code sigmoid}, {@code argmax}</td><td>scores → probabilities, places</td></tr>
 * <tr><td>{@code top_k}, {@code threshold}</td><td>scores, or what ZipMap makes of them → labels</td></tr>
 * <tr><td>{@code boxes}, {@code mask}, {@code text_regions}, {@code ctc}</td><td>what a picture shows, and where; what is
 * written in it</td></tr>
 * </table>
 * A step reads what a person gives or what a step before made ({@code as} names it); what it makes is held against the
 * model's input when the model is opened, and what does not fit is an error of the GPUXfile with its place. A voice model
 * that listens to 32 milliseconds at a time:
 * {@snippet lang = yaml:
 * inputs: {audio: {type: audio}}
 * preprocess:
 *   - waveform: {input: audio, sample_rate: 16000, as: samples}
 *   - chunk: {input: samples, as: input, size: 512}
 *   - constant: {as: sr, value: 16000}
 * state: {state: stateN}
 * }
 * {@code gpux run -i audio=@talk.wav} runs it once for each chunk and prints the outputs of all of them as one tensor:
 * {@code [1, 1]} for each of 90 chunks is {@code [1, 90]}.
 *
 * <p>In a batch, items of different length are padded by {@code tokenize} and {@code pad}; an output whose axis the model
 * gives the name of the padded one is cut to the item's own length again.
 *
 * <h2>A step of your own</h2>
 * Implement {@link dev.gpux.pipeline.StepProvider} and name the class in
 * {@code META-INF/services/dev.gpux.pipeline.StepProvider}; then the GPUXfile may use its name.
 */
package dev.gpux.pipeline;
