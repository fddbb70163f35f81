package dev.gpux.tensorio;

import com.fasterxml.jackson.core.JsonEncoding;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Tensors and other values from and to files. The formats are described in the {@linkplain dev.gpux.tensorio package}.
 * All methods are thread-safe.
 */
public final class TensorFiles {
    private TensorFiles() { }

    /**
     * Reads a value.
     *
     * <p>Where the file has the elements as ONNX Runtime wants them the tensor lies in the mapped file: nothing is
     * read until the model reads it. Such a file must not be cut while the tensor lives.
     *
     * @param arena what the value, and the mapping of the file, live in
     * @param file {@code .npy}, {@code .npz}, {@code .pb}, {@code .json}, {@code .bin} or {@code .txt}; with another
     *     extension, what its first bytes say it is
     * @param expected the name, dtype and shape that the model declares; in a file with several values, the one of
     *     this name is read
     * @throws TensorFormatException if the file cannot be read, is malformed, or holds something else than expected
     */
    public static Value read(Arena arena, Path file, ValueInfo expected) {
        var memory = MappedFile.open(arena, file);
        try {
            return read(arena, file, memory, expected);
        } catch (TensorFormatException e) {
            throw e.in(file.toString());
        }
    }

    private static Value read(Arena arena, Path file, MemorySegment memory, ValueInfo expected) {
        var format = FileFormat.byExtension(file).or(() -> FileFormat.byContent(memory))
            .orElseThrow(() -> new TensorFormatException("this is no format that holds tensors; "
                + FileFormat.READABLE + " are read"));
        return switch (format) {
            case NPY -> NpyFormat.read(arena, memory, expected);
            case NPZ -> NpzFormat.read(arena, memory, expected);
            case PB -> PbFormat.read(arena, memory, expected);
            case BIN -> RawFormat.read(arena, memory, expected);
            case TXT -> TextFormat.read(arena, memory, expected);
            case JSON -> json(arena, file, expected);
        };
    }

    private static Value json(Arena arena, Path file, ValueInfo expected) {
        try (var in = Files.newInputStream(file); var parser = JsonTensors.factory().createParser(in)) {
            return JsonTensors.readDocument(arena, parser, expected);
        } catch (IOException e) {
            throw MappedFile.unreadable(file, e);
        }
    }

    /**
     * Writes values. The file appears when it is complete, or not at all.
     *
     * @param target {@code .npy} (one tensor), {@code .npz} (tensors), {@code .pb} (one value), {@code .json}, or a
     *     folder, which is made if it has no extension and gets one {@code NAME.npy} (for what is no tensor,
     *     {@code NAME.json}) per value
     * @throws TensorFormatException if the format cannot hold the values, or {@code target} has an extension of none
     * @throws IOException if writing fails
     */
    public static void write(Path target, Map<String, ? extends Value> values) throws IOException {
        if (Files.isDirectory(target) || FileFormat.extension(target).isEmpty()) {
            folder(target, values);
            return;
        }
        try {
            var format = FileFormat.byExtension(target).orElseThrow(() -> new TensorFormatException(
                "values are written as .npy, .npz, .pb or .json, or to a folder"));
            switch (format) {
                case NPY -> {
                    var tensor = tensor("a .npy file", single(".npy", values));
                    NewFile.write(target, channel -> NpyFormat.write(channel, tensor));
                }
                case JSON -> NewFile.write(target, channel -> json(channel, values));
                case NPZ -> NewFile.write(target, channel -> NpzFormat.write(channel, values));
                case PB -> {
                    var value = single(".pb", values);
                    var name = values.keySet().iterator().next();
                    NewFile.write(target, channel -> PbFormat.write(channel, name, value));
                }
                case BIN, TXT -> throw new TensorFormatException(
                    "values are written as .npy, .npz, .pb or .json, or to a folder");
            }
        } catch (TensorFormatException e) {
            throw e.in(target.toString());
        }
    }

    private static void folder(Path folder, Map<String, ? extends Value> values) throws IOException {
        Files.createDirectories(folder);
        var names = new FileNames();
        for (var entry : values.entrySet()) {
            var name = names.of(entry.getKey());
            if (entry.getValue() instanceof Tensor tensor) {
                NewFile.write(folder.resolve(name + ".npy"), channel -> NpyFormat.write(channel, tensor));
            } else {
                NewFile.write(folder.resolve(name + ".json"),
                    channel -> json(channel, Map.of(entry.getKey(), entry.getValue())));
            }
        }
    }

    private static Value single(String format, Map<String, ? extends Value> values) {
        if (values.size() != 1) {
            throw new TensorFormatException("a " + format + " file holds one value, and there are " + values.size()
                + " (" + String.join(", ", values.keySet()) + "); write .npz or .json, or to a folder");
        }
        return values.values().iterator().next();
    }

    private static Tensor tensor(String format, Value value) {
        if (value instanceof Tensor tensor) {
            return tensor;
        }
        throw new TensorFormatException(format + " holds tensors only; write this value as .json or .pb");
    }

    private static void json(WritableByteChannel channel, Map<String, ? extends Value> values) throws IOException {
        var out = Channels.newOutputStream(channel);
        var generator = JsonTensors.factory().createGenerator(out, JsonEncoding.UTF8);
        generator.writeStartObject();
        for (var entry : values.entrySet()) {
            generator.writeFieldName(entry.getKey());
            JsonTensors.write(generator, entry.getValue());
        }
        generator.writeEndObject();
        generator.writeRaw('\n');
        generator.flush();
    }
}
