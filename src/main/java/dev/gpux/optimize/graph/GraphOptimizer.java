package dev.gpux.optimize.graph;

import dev.gpux.optimize.OptimizeException;
import dev.gpux.ort.ErrorCode;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** ORT's own graph optimisation, done once and saved, so that sessions need not do it again. */
public final class GraphOptimizer {
    /** From here on weights have to lie beside what ORT writes, in bytes. */
    private static final long LARGE = 1L << 30;
    private static final String LEAST_EXTERNAL = "1024";

    private GraphOptimizer() { }

    /**
     * Optimises a model.
     *
     * @param from the model's file
     * @param to where the new model goes: in ORT format if it ends with {@code .ort}
     * @param level how far
     * @param provider appends what the model is optimised for
     * @param size the bytes of the model with all its weights: if they lie beside the old model, or are many, they
     *     are put beside the new one, into a file named after it with {@code .data} at its end
     * @throws dev.gpux.ort.OrtException if ORT refuses the model
     * @throws OptimizeException if it wrote nothing
     * @throws UncheckedIOException if it could not write
     */
    public static void optimize(Path from, Path to, GraphOptimization level, Consumer<SessionOptions> provider,
                                long size) {
        boolean ort = to.toString().endsWith(".ort");
        try (var options = new SessionOptions().graphOptimization(level).optimizedModelPath(to).intraOpThreads(1)) {
            options.config("session.save_model_format", ort ? "ORT" : "ONNX");
            // ORT would leave weights where they lie, under a path from the old model's folder.
            if (!ort && (size > LARGE || size > from.toFile().length())) {
                options.config("session.optimized_model_external_initializers_file_name", to.getFileName() + ".data");
                options.config("session.optimized_model_external_initializers_min_size_in_bytes", LEAST_EXTERNAL);
            }
            provider.accept(options);
            Session.open(from, options).close();
        } catch (OrtException e) {
            // What it says where it cannot write; it has read the model by then.
            if (e.code() == ErrorCode.INVALID_PROTOBUF && e.getMessage().contains("serialization")) {
                var words = "ONNX Runtime cannot write " + to + "; is there room on its disk? It says: "
                    + e.getMessage();
                throw new UncheckedIOException(words, new IOException(words, e));
            }
            throw e;
        }
        if (!Files.exists(to)) {
            throw new OptimizeException("ONNX Runtime took the model and wrote no " + to);
        }
    }
}
