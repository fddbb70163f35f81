package dev.gpux.fuzz;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileException;
import dev.gpux.onnx.ModelCheck;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.MapValue;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.SequenceValue;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.ort.ValueType;
import dev.gpux.ort.library.LibraryArchiveFuzz;
import dev.gpux.pipeline.audio.SoundException;
import dev.gpux.pipeline.audio.Wav;
import dev.gpux.pipeline.image.PictureException;
import dev.gpux.pipeline.image.PictureReader;
import dev.gpux.pipeline.text.Tokenizer;
import dev.gpux.pipeline.text.TokenBuffer;
import dev.gpux.pipeline.text.TokenizerException;
import dev.gpux.server.http.ConnectionFuzz;
import dev.gpux.store.Archive;
import dev.gpux.store.Store;
import dev.gpux.store.StoreException;
import dev.gpux.tensorio.TensorFiles;
import dev.gpux.tensorio.TensorFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything of GPUX that reads what strangers wrote. A parser takes an input or refuses it with its own exception;
 * whatever else comes out of it is a bug.
 */
public enum Parser {
    /** The ONNX reader, the structural check, the summary and the writer. */
    ONNX {
        @Override
        void read(byte[] input, Path scratch) {
            try {
                var model = OnnxModel.parse(MemorySegment.ofArray(input));
                ModelCheck.of(model).hasErrors();
                ModelSummary.of(model);
                OnnxWriter.toBytes(model, WeightPlacement.AS_REFERENCED);
            } catch (OnnxFormatException e) {
                bounded(e);
            }
        }
    },
    NPY {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            tensors(input, scratch, ".npy", FLOATS, LONGS, TEXTS);
        }
    },
    NPZ {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            tensors(input, scratch, ".npz", FLOATS, LONGS);
        }
    },
    PB {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            tensors(input, scratch, ".pb", FLOATS, TEXTS, MAPS, new ValueType.OptionalType(LONGS));
        }
    },
    JSON {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            tensors(input, scratch, ".json", FLOATS, TEXTS, MAPS, new ValueType.OptionalType(LONGS));
        }
    },
    GPUXFILE {
        @Override
        void read(byte[] input, Path scratch) {
            try {
                Gpuxfile.parse(new String(input, StandardCharsets.UTF_8), Path.of("GPUXfile"), Map.of("A", "a"));
            } catch (GpuxfileException e) {
                // Its messages show the lines that are wrong, and are bounded by the file.
                e.getMessage().length();
            }
        }
    },
    TOKENIZER {
        @Override
        void read(byte[] input, Path scratch) {
            try {
                var tokenizer = Tokenizer.read(new ByteArrayInputStream(input), "tokenizer.json");
                try (var arena = Arena.ofConfined()) {
                    tokenizer.encode("Hello wörld, 你好 😀 don't\n", new TokenBuffer());
                    arena.allocate(1);
                }
            } catch (TokenizerException e) {
                bounded(e);
            }
        }
    },
    /** What {@code gpux load} reads. */
    STORE_ARCHIVE {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            try {
                Archive.load(Store.at(scratch.resolve("store")), new ByteArrayInputStream(input), input.length);
            } catch (StoreException e) {
                bounded(e);
            }
        }
    },
    /** An ONNX Runtime in a {@code .tgz}. */
    LIBRARY_TAR {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            LibraryArchiveFuzz.read(input, scratch, "ort.tar");
        }
    },
    /** An ONNX Runtime in a jar or another zip. */
    LIBRARY_ZIP {
        @Override
        void read(byte[] input, Path scratch) throws IOException {
            LibraryArchiveFuzz.read(input, scratch, "ort.jar");
        }
    },
    WAV {
        @Override
        void read(byte[] input, Path scratch) {
            try {
                var sound = Wav.read(input);
                sound.mono();
                sound.channel(sound.channels() - 1);
            } catch (SoundException e) {
                bounded(e);
            }
        }
    },
    /** PNG, JPEG, BMP, GIF. */
    PICTURE {
        @Override
        void read(byte[] input, Path scratch) {
            try {
                PictureReader.read(input, MOST_PIXELS);
            } catch (PictureException e) {
                bounded(e);
            }
        }
    },
    /** What a client of the server sends on one connection, up to the answers. */
    HTTP {
        private ConnectionFuzz server;

        @Override
        void read(byte[] input, Path scratch) throws IOException {
            if (server == null) {
                server = new ConnectionFuzz(scratch);
            }
            server.read(input);
        }

        @Override
        void end() {
            server.close();
            server = null;
        }
    };

    private static final ValueType FLOATS = new ValueType.TensorType(ElementType.FLOAT32, List.of());
    private static final ValueType LONGS = new ValueType.TensorType(ElementType.INT64, List.of());
    private static final ValueType TEXTS = new ValueType.TensorType(ElementType.STRING, List.of());
    private static final ValueType MAPS = new ValueType.SequenceType(new ValueType.MapType(ElementType.INT64, FLOATS));
    private static final int LONGEST_MESSAGE = 2000;
    private static final long MOST_PIXELS = 1 << 18;

    private static long files;

    /** Reads an input. */
    abstract void read(byte[] input, Path scratch) throws IOException;

    /** Frees what the inputs shared; there are no more. */
    void end() { }

    /** A message is for people: what a stranger wrote cannot fill their screens with it. */
    private static void bounded(RuntimeException e) {
        if (e.getMessage().length() > LONGEST_MESSAGE) {
            throw new AssertionError("a message of " + e.getMessage().length() + " characters", e);
        }
    }

    private static void tensors(byte[] input, Path scratch, String extension, ValueType... types) throws IOException {
        // Another name each time: a file that is mapped must not be cut short.
        var file = Files.write(scratch.resolve(files++ + extension), input);
        try {
            for (var type : types) {
                try (var arena = Arena.ofConfined()) {
                    touch(TensorFiles.read(arena, file, new ValueInfo("x", type)));
                } catch (TensorFormatException e) {
                    bounded(e);
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void touch(Value value) {
        switch (value) {
            case Tensor tensor when tensor.elementType() == ElementType.STRING -> tensor.strings();
            case Tensor tensor -> tensor.bytes();
            case SequenceValue sequence -> sequence.elements().forEach(Parser::touch);
            case MapValue map -> {
                touch(map.keys());
                touch(map.values());
            }
            case OptionalValue _ -> { }
        }
    }
}
