package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.ort.library.LibraryRequest;
import dev.gpux.store.Store;
import dev.gpux.onnx.ModelSummary;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The model's file on this machine: found, and with the content that the GPUXfile asks for. */
public final class ModelFile {
    private static final int CHUNK = 1 << 18;

    private ModelFile() { }

    /**
     * The bytes of a model with what lies beside it.
     *
     * @throws dev.gpux.onnx.OnnxFormatException if external data lead out of the model's folder
     * @throws IOException if a file cannot be read
     */
    public static long bytes(Path file, OnnxModel model) throws IOException {
        long bytes = Files.size(file);
        for (var external : ModelSummary.of(model).externalFiles()) {
            bytes += Files.size(model.externalFile(external.location()));
        }
        return bytes;
    }

    /**
     * The same of a file that is not open yet; what is no ONNX model has nothing beside it that GPUX knows of.
     *
     * @throws IOException if a file cannot be read
     */
    public static long bytes(Path file) throws IOException {
        try (var model = OnnxModel.open(file)) {
            return bytes(file, model);
        } catch (OnnxFormatException e) {
            return Files.size(file);
        }
    }

    /**
     * The file that {@code gpuxfile} names; one from the net in the store, where it stays until this process ends.
     *
     * @throws ModelException if it is not there, is no file, or its digest differs
     */
    public static Path locate(Gpuxfile gpuxfile) {
        var file = gpuxfile.model().source() instanceof ModelSource.File(var path) ? gpuxfile.resolve(path)
            : pulled(gpuxfile.model().source());
        if (Files.isDirectory(file)) {
            throw new ModelException(file + " is a folder; expected a model file (.onnx or .ort)");
        }
        if (!Files.exists(file)) {
            throw new ModelException("there is no model file " + file);
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file + " is not a file");
        }
        if (!Files.isReadable(file)) {
            throw new ModelException("the model file " + file + " may not be read by this user");
        }
        gpuxfile.model().sha256().ifPresent(expected -> verify(file, expected));
        return file;
    }

    private static Path pulled(ModelSource source) {
        try {
            return Store.local(System.getenv()).openSource(source.toString()).orElseThrow(() ->
                new ModelException("the model " + source + " is not on this machine; fetch it with 'gpux pull " + source
                    + "'"));
        } catch (IOException e) {
            throw new ModelException("cannot read the store: " + e.getMessage(), e);
        }
    }

    private static void verify(Path file, String expected) {
        var known = new KnownDigests(LibraryRequest.standard().cache().resolve("digests"), KnownDigests.SETTLED);
        var actual = known.of(file, ModelFile::sha256);
        if (!actual.equals(expected)) {
            throw new ModelException(file + " is not the model that the GPUXfile means: its SHA-256 is " + actual
                + ", expected " + expected + ". Fetch the file again, or correct model.sha256.");
        }
    }

    /**
     * The SHA-256 of a file's content, in lower-case hexadecimal digits.
     *
     * @throws ModelException if it cannot be read
     */
    public static String sha256(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var digest = MessageDigest.getInstance("SHA-256");
            var buffer = ByteBuffer.allocate(CHUNK);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new ModelException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
