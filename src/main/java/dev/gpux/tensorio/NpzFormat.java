package dev.gpux.tensorio;

import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.tensorio.ZipArchive.Entry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** NumPy's {@code .npz}: a zip file of {@code .npy} files. */
final class NpzFormat {
    /** What one compressed array may become; a stored one is mapped and may be of any size. */
    private static final long MAX_INFLATED = 2L << 30;
    /** Deflate makes at most 1,032 bytes out of one (zlib, "Technical details"). */
    private static final long MAX_RATIO = 1032;
    private static final long CHUNK = 1 << 26;
    private static final String SUFFIX = ".npy";
    private static final int MOST_NAMES = 10;

    private NpzFormat() { }

    /** Reads the array with the expected name, or the only one. */
    static Tensor read(Arena arena, MemorySegment file, ValueInfo expected) {
        var type = Declared.tensor(expected, "a .npz file");
        var entry = select(new ZipArchive(file).entries(), expected.name());
        try {
            return switch (entry.method()) {
                case ZipArchive.STORED -> {
                    if (entry.bytes().byteSize() != entry.size()) {
                        throw new TensorFormatException("it is stored and has two sizes");
                    }
                    yield NpyFormat.read(arena, entry.bytes(), expected);
                }
                case ZipArchive.DEFLATED -> {
                    NpyFormat.check(start(entry), type, expected);
                    yield inflated(arena, entry, expected);
                }
                default -> throw new TensorFormatException("it is compressed with zip's method " + entry.method()
                    + "; stored (numpy.savez) and deflated (numpy.savez_compressed) are read");
            };
        } catch (TensorFormatException e) {
            throw e.inside(JsonCursor.shorten(entry.name()));
        }
    }

    private static Entry select(Map<String, Entry> entries, String name) {
        var exact = entries.get(name + SUFFIX);
        if (exact != null) {
            return exact;
        }
        if (entries.size() == 1) {
            return entries.values().iterator().next();
        }
        var names = entries.keySet().stream().limit(MOST_NAMES)
            .map(entry -> JsonCursor.shorten(entry.endsWith(SUFFIX)
                ? entry.substring(0, entry.length() - SUFFIX.length()) : entry))
            .toList();
        throw new TensorFormatException("the file holds no '" + name + "'" + (names.isEmpty() ? " or anything else"
            : ", only " + String.join(", ", names)));
    }

    /** The header alone, so that the wrong array is refused before there is memory for it. */
    private static NpyHeader start(Entry entry) {
        long compressed = entry.bytes().byteSize();
        if (entry.size() > MAX_INFLATED) {
            throw new TensorFormatException("uncompressed it has " + entry.size() + " bytes; at most " + MAX_INFLATED
                + " are uncompressed. Save it with numpy.savez instead: such arrays are mapped, whatever their size");
        }
        if (entry.size() > (compressed + 1) * MAX_RATIO) {
            throw new TensorFormatException(compressed + " bytes cannot become " + entry.size());
        }
        try (var scratch = Arena.ofConfined()) {
            var start = scratch.allocate(Math.min(entry.size(), NpyHeader.MAX_HEADER + 12));
            inflate(entry, start, false);
            var header = NpyHeader.read(start);
            NpyFormat.requireSize(header, entry.size());
            return header;
        }
    }

    private static Tensor inflated(Arena arena, Entry entry, ValueInfo expected) {
        // The tensor lies in this memory if it needs no conversion, so it must live as long.
        var memory = arena.allocate(entry.size(), Tensor.ALIGNMENT);
        inflate(entry, memory, true);
        var crc = new CRC32();
        for (long at = 0; at < memory.byteSize(); at += CHUNK) {
            crc.update(memory.asSlice(at, Math.min(CHUNK, memory.byteSize() - at)).asByteBuffer());
        }
        if (crc.getValue() != entry.crc()) {
            throw new TensorFormatException("its checksum is wrong: the file was damaged");
        }
        return NpyFormat.read(arena, memory, expected);
    }

    /** Fills {@code target}; if {@code whole}, the compressed bytes must end with it. */
    private static void inflate(Entry entry, MemorySegment target, boolean whole) {
        var source = entry.bytes();
        try (var inflater = new Inflater(true)) {
            long in = 0;
            long out = 0;
            while (!inflater.finished() && (out < target.byteSize() || whole)) {
                if (inflater.needsDictionary() || inflater.needsInput() && in == source.byteSize()) {
                    break;
                }
                if (inflater.needsInput()) {
                    long length = Math.min(CHUNK, source.byteSize() - in);
                    inflater.setInput(source.asSlice(in, length).asByteBuffer());
                    in += length;
                }
                // With the target full, one more byte shows whether the end follows.
                var room = out == target.byteSize() ? ByteBuffer.allocate(1)
                    : target.asSlice(out, Math.min(CHUNK, target.byteSize() - out)).asByteBuffer();
                out += inflater.inflate(room);
                if (out > target.byteSize()) {
                    break;
                }
            }
            if (out != target.byteSize() || whole && !inflater.finished()) {
                throw new TensorFormatException("its compressed bytes do not give the " + entry.size()
                    + " that the archive says");
            }
        } catch (DataFormatException e) {
            throw new TensorFormatException("its compressed bytes are damaged: " + e.getMessage(), e);
        }
    }

    /** Writes tensors by name, uncompressed, so that they can be mapped. */
    static void write(FileChannel channel, Map<String, ? extends Value> values) throws IOException {
        var zip = new ZipOutput(channel);
        for (var value : values.entrySet()) {
            if (!(value.getValue() instanceof Tensor tensor)) {
                throw new TensorFormatException("a .npz file holds tensors only, and '" + value.getKey()
                    + "' is none; write .json, or to a folder");
            }
            zip.entry(value.getKey() + SUFFIX, out -> NpyFormat.write(out, tensor));
        }
        zip.end();
    }
}
