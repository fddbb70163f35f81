package dev.gpux.spark;

import dev.gpux.engine.OpenOptions;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a transformer wants of its executors. Immutable.
 *
 * @param columns input → column, for those whose names differ
 * @param batchSize the most rows in one run of the model
 * @param providers execution providers in the order of preference; empty for what the GPUXfile says
 * @param require {@code gpu} or a provider's name; empty for what the GPUXfile says
 * @param errorColumn where a row's error goes; empty to fail the job
 */
record RunSettings(Map<String, String> columns, int batchSize, List<String> providers, String require,
                   String errorColumn) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    RunSettings {
        columns = Map.copyOf(columns);
        providers = List.copyOf(providers);
    }

    String column(String input) {
        return columns.getOrDefault(input, input);
    }

    Optional<String> errors() {
        return Optional.of(errorColumn).filter(name -> !name.isEmpty());
    }

    OpenOptions options(int threads) {
        var options = OpenOptions.standard().withIntraThreads(threads);
        if (!providers.isEmpty()) {
            options = options.withProviders(providers);
        }
        return require.isEmpty() ? options : options.withRequire(require);
    }
}
