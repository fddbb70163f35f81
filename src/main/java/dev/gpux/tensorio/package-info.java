/**
 * Tensors from and to files and text. {@link dev.gpux.tensorio.TensorFiles} reads and writes files,
 * {@link dev.gpux.tensorio.JsonTensors} JSON from and to anywhere; both take what the model declares
 * ({@link dev.gpux.ort.ValueInfo}) and give {@link dev.gpux.ort.Value}s of exactly that type, or a
 * {@link dev.gpux.tensorio.TensorFormatException} that says what is wrong, where, what was expected and what to do.
 * This page is the manual.
 *
 * {@snippet lang = java :
 * try (var session = Session.open(model); var arena = Arena.ofConfined()) {
 *     var x = session.inputs().getFirst();
 *     var tensor = TensorFiles.read(arena, Path.of("x.npy"), x);          // mapped, not copied
 *     var other = JsonTensors.parse(arena, "[[1, 2.5, 3]]", x);           // takes the model's dtype
 *     try (var outputs = session.run(Map.of(x.name(), tensor))) {
 *         TensorFiles.write(Path.of("y.npy"), outputs.asMap());
 *     }
 * }
 * }
 *
 * <h2>Dtypes</h2>
 * The model's dtype decides. A file with a dtype of its own may have a narrower one, if every value of it is a value of
 * the model's: int32 for int64, uint8 for float32, float16 for float32, bool for any number. Everything else, float64
 * for float32 or int64 for float32, is an error that says how to save it instead: whether digits may go is not for a
 * reader to decide. JSON has no dtypes, so its numbers become what the model has; see below.
 *
 * <p>ONNX Runtime has no tensors of complex numbers; they are refused.
 *
 * <h2>Files</h2>
 * The extension tells the format; without a known one, the first bytes do.
 * <dl>
 * <dt>{@code .npy} (NumPy, versions 1.0 to 3.0)
 * <dd>Bool, integers, floats and text ({@code U}, and {@code S} as UTF-8). An array in C order, in native byte order
 * and aligned (NumPy aligns to 64 bytes) is mapped: the tensor lies in the page cache, of any size, and nothing is
 * copied. Big-endian and Fortran-order arrays are rearranged into new memory. Structured, object and date arrays are
 * refused. Types that NumPy lacks: bfloat16 and 8-bit floats are raw bytes ({@code V2}, {@code V1}), as the Python
 * package ml_dtypes has them; int4, uint4, int2 and uint2 come as int8 or uint8, one element a byte.
 * <dt>{@code .npz} (NumPy)
 * <dd>The array with the input's name, or the only one. Stored arrays ({@code numpy.savez}) are mapped where they are
 * aligned, which those that GPUX writes are; compressed ones are inflated into native memory and may have 2 GiB. The
 * checksum is verified of compressed ones only: reading all of a mapped array for it would undo the mapping.
 * <dt>{@code .pb} (ONNX protobuf)
 * <dd>What the reference cases of models consist of ({@code test_data_set_0/input_0.pb}): a {@code TensorProto}, or the
 * {@code SequenceProto}, {@code MapProto} or {@code OptionalProto} that the declared type asks for. {@code raw_data}
 * are mapped if they happen to be aligned. The bits of bfloat16 may come as uint16, as in ONNX's own cases. ONNX
 * Runtime's C API cannot make an empty sequence.
 * <dt>{@code .bin}, {@code .raw}
 * <dd>Elements and nothing else: row-major, little-endian, of the declared dtype; mapped. The size must be that of the
 * declared shape, of which one dimension may be open.
 * <dt>{@code .txt}
 * <dd>One string, UTF-8, for a string tensor; a byte order mark and one line end at the end do not belong to it.
 * <dt>{@code .json}
 * <dd>As below; or an object with several values by name, of which the one with the input's name is read. That is what
 * {@code TensorFiles.write} makes.
 * </dl>
 * A mapped file must not be cut short while its tensors live: no program survives reading a page that is gone.
 *
 * <h2>JSON</h2>
 * <table>
 * <caption>What a value of each type looks like</caption>
 * <tr><th>type</th><th>JSON</th></tr>
 * <tr><td>tensor</td><td>nested arrays, {@code [[1, 2], [3, 4]]}; a scalar alone, {@code 5}; or
 *     {@code {"shape": [2, 2], "data": [1, 2, 3, 4]}} with flat or nested data</td></tr>
 * <tr><td>sequence</td><td>an array of its elements</td></tr>
 * <tr><td>map</td><td>an object; integer keys are in quotes</td></tr>
 * <tr><td>optional</td><td>the value, or {@code null}</td></tr>
 * </table>
 * Nested arrays must have the declared rank and sizes: {@code [1, 2, 3]} is not a {@code float32[N, 3]}, and the error
 * says so at the first number. Only the form with {@code "data"} takes flat data, because there it cannot be an
 * oversight; its {@code "shape"} may be left out where the model leaves at most one dimension open, and a
 * {@code "dtype"} is checked. {@code []} stands for no elements whatever the rank.
 *
 * <p>Numbers: integers are exact over the whole range, uint64 included; {@code 3.0} and {@code 1e3} are integers, too,
 * {@code 1.5} is an error for an integer type, 300 for uint8. Floats are rounded to the nearest value of their type;
 * one beyond its range is an error, unless {@code Infinity} is written. {@code NaN}, {@code Infinity} and
 * {@code -Infinity} may stand bare or in quotes. A bool is {@code true}, {@code false}, 1 or 0; a string is in quotes.
 * {@code null} is never a number.
 *
 * <p>Written are tensors as {@code {"dtype": "float32", "shape": [2], "data": [0.1, "NaN"]}}, always flat: valid JSON
 * (NaN and infinities in quotes) that reads back to the same bits, with as few digits as that takes. A sequence is an
 * array of its elements, a map an object.
 *
 * <p>Messages count lines and columns from 1; a column counts characters of a text and bytes of a UTF-8 file.
 *
 * <h2>Untrusted input</h2>
 * Every length is checked before it is used; nothing is allocated that the input does not pay for with bytes of its
 * own. Beyond that: 64 dimensions, 65,536 bytes of {@code .npy} header, 4 Mi strings and 256 MiB of text in a tensor;
 * from Jackson, 1,000 characters in a number, 20 million in a JSON string.
 */
package dev.gpux.tensorio;
