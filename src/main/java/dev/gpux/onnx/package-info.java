/**
 * Reads, checks, builds and writes ONNX model files, in pure Java.
 *
 * <h2>Reading</h2>
 * {@link dev.gpux.onnx.OnnxModel#open} maps the file and reads its structure into immutable records that follow
 * onnx.proto: {@link dev.gpux.onnx.OnnxModel} → {@link dev.gpux.onnx.Graph} → {@link dev.gpux.onnx.Node} →
 * {@link dev.gpux.onnx.Attribute}, {@link dev.gpux.onnx.Tensor}, {@link dev.gpux.onnx.ValueInfo},
 * {@link dev.gpux.onnx.LocalFunction}. Weights are never copied: {@link dev.gpux.onnx.Tensor#bytes()} is a slice of the
 * mapping, also for external data, which are mapped when first asked for. Long lists in attributes (tree ensembles)
 * stay in the file, too, so heap is needed for the structure only, and a file of many gigabytes opens at once.
 * {@snippet :
 * try (var model = OnnxModel.open(Path.of("model.onnx"))) {
 *     for (var node : model.graph().nodes()) {
 *         System.out.println(node.operator() + " " + node.inputs());
 *     }
 * }
 * }
 *
 * <h2>Untrusted files</h2>
 * A file can cost an {@link dev.gpux.onnx.OnnxFormatException} and nothing else. Every length is checked before use;
 * messages nest at most 100 deep (protobuf's and ORT's limit); a file holds at most five million messages and texts;
 * text must be UTF-8. Stricter than protobuf on purpose, since two readers must not see two models in one file: a
 * known field with a wrong wire type, a singular message given twice and groups are errors. External data must lie in
 * the model's folder, or where the model is a link, in the folder it really lies in; absolute paths, {@code ..} and
 * links that lead elsewhere are refused.
 *
 * <p>That a file can be read does not mean that it makes sense: an edge may lead nowhere, a weight may be too short.
 * {@link dev.gpux.onnx.ModelCheck} finds such things.
 *
 * <h2>Changing and writing</h2>
 * {@code with…} methods give changed copies; {@link dev.gpux.onnx.OnnxWriter} writes them and streams the weights from
 * the mapping to the file. Files appear whole or not at all. Nothing is lost on the way: fields without a name here
 * (training information, quantisation annotations, sharding, newer ones) are kept as bytes in models, graphs, nodes,
 * attributes, tensors, values and functions. Dropped are only unknown fields inside types, shapes, operator sets,
 * properties and sparse tensors, and the difference between a text or number that is empty or 0 and one that is absent.
 *
 * <h2>Building</h2>
 * {@link dev.gpux.onnx.ModelBuilder} makes models in code, for tests, benchmarks and tools.
 *
 * <p>Everything is immutable and thread-safe except the builders. The package needs the JDK only.
 */
package dev.gpux.onnx;
