package dev.gpux.cli.build;

import dev.gpux.cli.common.UsageException;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.GpuxfileText;
import dev.gpux.gpuxfile.Location;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.gpuxfile.ModelSpec;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.graph.GraphOptimizer;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.provider.Providers;
import dev.gpux.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * A model whose graph ONNX Runtime optimised for the provider that it runs on, in a temporary folder of its own, which
 * {@link #close()} removes.
 */
final class OptimizedModel implements AutoCloseable {
    private final Gpuxfile gpuxfile;
    private final Path original;
    private final Path folder;
    private final Path file;

    private OptimizedModel(Gpuxfile gpuxfile, Path original, Path folder) {
        this.gpuxfile = gpuxfile;
        this.original = original;
        this.folder = folder;
        this.file = folder.resolve(original.getFileName());
    }

    /**
     * Optimises.
     *
     * @throws UsageException if the model is in ORT format
     * @throws dev.gpux.ort.OrtException if ONNX Runtime refuses the model
     */
    static OptimizedModel of(Model model, GraphOptimization level) throws IOException {
        var original = ModelFile.locate(model.gpuxfile());
        if (original.toString().endsWith(".ort")) {
            throw new UsageException(original + " is in ORT format, which is optimised already; build the .onnx model "
                + "that it was made of");
        }
        var optimized = new OptimizedModel(model.gpuxfile(), original, Files.createTempDirectory("gpux-build-"));
        try (var onnx = OnnxModel.open(original)) {
            GraphOptimizer.optimize(original, optimized.file, level, options -> append(model.provider(), options),
                ModelFile.bytes(original, onnx));
            return optimized;
        } catch (IOException | RuntimeException | Error e) {
            optimized.close();
            throw e;
        }
    }

    private static void append(String provider, SessionOptions options) {
        if (!provider.equals("cpu")) {
            Providers.named(provider).append(options);
        }
    }

    /** The GPUXfile with the new file in the place of the model's. */
    Gpuxfile gpuxfile() {
        var of = gpuxfile;
        return new Gpuxfile(of.name(), of.version(), of.description(),
            new ModelSpec(new ModelSource.File(file), Optional.empty()), of.runtime(), of.inputs(), of.preprocess(),
            of.postprocess(), of.serve(), of.tests(), of.state(), of.source(), of.notes());
    }

    /** The GPUXfile's text with the new file's digest, if it names one. */
    Optional<String> text(Optional<String> text) throws IOException {
        if (text.isEmpty()) {
            return text;
        }
        var original = GpuxfileText.of(text.get());
        var digest = original.find("model", "sha256");
        if (digest.isEmpty()) {
            return text;
        }
        var changes = new LinkedHashMap<Location, String>();
        changes.put(digest.get(), Digest.ofFile(file).hex());
        return Optional.of(original.withPaths(changes));
    }

    /** The file that one of the bundle's was made of. */
    Path source(Path of) {
        return of.equals(file) ? original : of;
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var old : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(old);
            }
        }
    }
}
