package dev.gpux.onnx;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Writes models. Weights go from where they are (mostly a mapped file) straight to the channel; the heap holds only the
 * structure.
 *
 * <p>Files appear whole or not at all: they are written under another name, forced to the disk and then renamed, so a
 * failure never leaves a broken model in place of a good one, and a model may be written over the file it is read from
 * (on Windows only after that one was closed).
 */
public final class OnnxWriter {
    /** ORT refuses larger protobuf files. */
    private static final long MAX_FILE = Integer.MAX_VALUE;

    /** Page size; onnx.proto asks for such offsets so that readers can map the weights. */
    private static final long ALIGNMENT = 4096;
    private static final int CHUNK = 1 << 20;

    private OnnxWriter() {
    }

    /**
     * Writes a model with all its weights into one file, which replaces an existing one.
     *
     * @throws OnnxFormatException if it would be larger than 2 GiB, or external data cannot be read
     * @throws IOException         if it cannot be written
     */
    public static void write(OnnxModel model, Path file) throws IOException {
        write(model, file, WeightPlacement.INLINE);
    }

    /**
     * Writes a model, its weights as told. Existing files are replaced, the one with weights first.
     *
     * @throws OnnxFormatException if the model file would be larger than 2 GiB, or external data cannot be read
     * @throws IOException         if it cannot be written
     */
    public static void write(OnnxModel model, Path file, WeightPlacement placement) throws IOException {
        var sideFile = new SideFileLayout();
        var out = switch (placement) {
            case WeightPlacement.SideFile(var name, long threshold) ->
                encode(model, tensor -> sideFile.place(tensor, name, threshold), OnnxWriter::inline);
            case WeightPlacement.Inline _, WeightPlacement.AsReferenced _ -> encode(model, placement);
        };
        if (out.size() > MAX_FILE) {
            throw new OnnxFormatException("the model would take " + out.size()
                + " bytes, and ONNX Runtime reads at most " + MAX_FILE + ": put the weights into a side file");
        }
        if (placement instanceof WeightPlacement.SideFile(var name, _)) {
            replace(file.resolveSibling(name), sideFile.pieces);
        }
        replace(file, out.pieces());
    }

    /**
     * Writes a model with all its weights to a channel, which stays open.
     *
     * @return the number of bytes written
     * @throws OnnxFormatException if external data cannot be read
     * @throws IOException         if it cannot be written
     */
    public static long write(OnnxModel model, WritableByteChannel channel) throws IOException {
        var out = encode(model, WeightPlacement.INLINE);
        write(out.pieces(), channel);
        return out.size();
    }

    /**
     * Writes a value to a channel, which stays open.
     *
     * @return the number of bytes written
     * @throws IOException if it cannot be written
     */
    public static long write(OnnxValue value, WritableByteChannel channel) throws IOException {
        var out = new ProtoWriter();
        new OnnxValueEncoder(out).value(value);
        write(out.pieces(), channel);
        return out.size();
    }

    /**
     * A model with all its weights as bytes; for small ones.
     *
     * @throws OnnxFormatException if it is larger than a Java array, or external data cannot be read
     */
    public static byte[] toBytes(OnnxModel model) {
        return toBytes(model, WeightPlacement.INLINE);
    }

    /**
     * A model as bytes, its weights as told.
     *
     * @throws OnnxFormatException      if it is larger than a Java array, or external data cannot be read
     * @throws IllegalArgumentException if a side file is asked for
     */
    public static byte[] toBytes(OnnxModel model, WeightPlacement placement) {
        return encode(model, placement).toBytes();
    }

    /** The bytes that {@link #write(OnnxModel, Path)} would write. */
    public static long size(OnnxModel model) {
        return encode(model, WeightPlacement.INLINE).size();
    }

    private static ProtoWriter encode(OnnxModel model, WeightPlacement placement) {
        UnaryOperator<Tensor> all = switch (placement) {
            case WeightPlacement.Inline _ -> OnnxWriter::inline;
            case WeightPlacement.AsReferenced _ -> UnaryOperator.identity();
            case WeightPlacement.SideFile _ -> throw new IllegalArgumentException("there is no folder for a side file");
        };
        return encode(model, all, all);
    }

    private static ProtoWriter encode(OnnxModel model, UnaryOperator<Tensor> weights,
                                      UnaryOperator<Tensor> constants) {
        var out = new ProtoWriter();
        new ModelEncoder(out, weights, constants).model(model.fields());
        return out;
    }

    private static Tensor inline(Tensor tensor) {
        return tensor.data() instanceof TensorData.External
            ? tensor.withData(new TensorData.Raw(Bytes.view(tensor.bytes()))) : tensor;
    }

    /** The weights of a side file, in order, with the gaps that align them. */
    private static final class SideFileLayout {
        private final List<MemorySegment> pieces = new ArrayList<>();
        private long end;

        Tensor place(Tensor tensor, String fileName, long threshold) {
            long size = tensor.byteSize().orElse(-1);
            if (size < Math.max(1, threshold)) {
                return inline(tensor);
            }
            var bytes = tensor.bytes();
            long gap = (ALIGNMENT - end % ALIGNMENT) % ALIGNMENT;
            if (gap > 0) {
                pieces.add(MemorySegment.ofArray(new byte[(int) gap]));
            }
            pieces.add(bytes);
            long offset = end + gap;
            end = offset + size;
            return tensor.withData(new TensorData.External(List.of(new Property("location", fileName),
                new Property("offset", Long.toString(offset)), new Property("length", Long.toString(size))),
                ExternalFiles.NOWHERE));
        }
    }

    private static void replace(Path file, List<MemorySegment> pieces) throws IOException {
        var target = file.toAbsolutePath();
        // Root would put a file in the place of /dev/null.
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new FileSystemException(file.toString(), null, "it is no file that could be replaced");
        }
        // Not createTempFile: that would give the model permissions for its owner only.
        var temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(pieces, channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void write(List<MemorySegment> pieces, WritableByteChannel channel) throws IOException {
        for (var piece : pieces) {
            // Small steps: a channel copies heap memory into a buffer of its own that is as large as the step.
            for (long at = 0; at < piece.byteSize(); at += CHUNK) {
                var buffer = piece.asSlice(at, Math.min(CHUNK, piece.byteSize() - at)).asByteBuffer();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        }
    }
}
