package dev.gpux.optimize.tune;

import dev.gpux.engine.ModelException;
import dev.gpux.engine.ModelFile;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.optimize.graph.GraphOptimizer;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The graph levels that are worth measuring. Many models come out of two levels as the same graph, byte for byte: what
 * would then be measured is the luck of a session, which is larger than most differences.
 */
final class Levels {
    /** Larger models are not written three times to save three measurements, in bytes. */
    private static final long MOST = 512L << 20;

    private Levels() { }

    /** Those below {@code ALL} that make another graph than it, and than each other. */
    static List<GraphOptimization> distinct(Gpuxfile gpuxfile, String provider) {
        var below = List.of(GraphOptimization.EXTENDED, GraphOptimization.BASIC);
        try {
            var model = ModelFile.locate(gpuxfile);
            if (model.toString().endsWith(".ort")) {
                // ORT format is optimised already.
                return List.of();
            }
            return Files.size(model) > MOST ? below : distinct(model, provider, below);
        } catch (OrtException | ModelException | ProviderException | OptimizeException | IOException e) {
            // What cannot be written can still be measured.
            return below;
        }
    }

    private static List<GraphOptimization> distinct(Path model, String provider, List<GraphOptimization> below)
        throws IOException {
        var folder = Files.createTempDirectory("gpux-tune-");
        try {
            var distinct = new ArrayList<GraphOptimization>();
            var graphs = new ArrayList<>(List.of(graph(model, provider, GraphOptimization.ALL, folder)));
            for (var level : below) {
                var graph = graph(model, provider, level, folder);
                boolean known = false;
                for (var other : graphs) {
                    known |= Files.mismatch(graph, other) == -1;
                }
                if (!known) {
                    graphs.add(graph);
                    distinct.add(level);
                }
            }
            return List.copyOf(distinct);
        } finally {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Path graph(Path model, String provider, GraphOptimization level, Path folder) throws IOException {
        var file = Files.createDirectory(folder.resolve(level.name())).resolve("model.onnx");
        GraphOptimizer.optimize(model, file, level, options -> append(provider, options), Files.size(model));
        return file;
    }

    private static void append(String provider, SessionOptions options) {
        if (!provider.equals("cpu")) {
            Providers.named(provider).append(options);
        }
    }
}
