package dev.gpux.cli.verify;

import dev.gpux.cli.common.Elements;
import dev.gpux.cli.common.Interruption;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelFile;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.proof.Evidence;
import dev.gpux.optimize.proof.RandomInputs;
import dev.gpux.ort.OptionalValue;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Input;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs a model on several execution providers and compares what the model itself gives, before any step that follows:
 * a label that is right on both says little about the numbers behind it. The first provider is the reference.
 */
final class ProviderComparison {
    private static final String CPU = "cpu";

    private final List<String> providers;
    private final OpenOptions options;
    private final Tolerance tolerance;

    /**
     * A comparison.
     *
     * @param providers two or more names, the reference first
     * @param options how else to open the model
     * @param tolerance how far apart numbers may be
     */
    ProviderComparison(List<String> providers, OpenOptions options, Tolerance tolerance) {
        this.providers = List.copyOf(providers);
        this.options = options;
        this.tolerance = tolerance;
    }

    /**
     * Compares on the inputs of the golden tests, else on the defaults, else on made-up numbers.
     *
     * @throws dev.gpux.provider.ProviderException if a provider cannot be had: running elsewhere would compare nothing
     */
    void run(Gpuxfile gpuxfile, Consumer<VerifiedCase> results) {
        try (var reference = open(gpuxfile, providers.getFirst()); var arena = Arena.ofConfined();
             var _ = Interruption.ending(reference::terminate)) {
            var evidence = Evidence.of(arena, reference, List.of(), random(gpuxfile));
            for (var provider : providers.subList(1, providers.size())) {
                try (var model = open(gpuxfile, provider); var _ = Interruption.ending(model::terminate)) {
                    for (int i = 0; i < evidence.items().size(); i++) {
                        var what = evidence.origin() == Evidence.Origin.GOLDEN
                            ? gpuxfile.tests().get(i).name().orElse("test " + (i + 1))
                            : evidence.origin().words() + (evidence.items().size() == 1 ? "" : " " + (i + 1));
                        results.accept(compare(reference, model, evidence.items().get(i), gpuxfile.name() + "/" + what
                            + " on " + provider + " against " + providers.getFirst()));
                    }
                }
            }
        }
    }

    private Model open(Gpuxfile gpuxfile, String provider) {
        var wanted = options.withProviders(List.of(provider));
        return Model.open(gpuxfile, provider.equals(CPU) ? wanted : wanted.withRequire(provider));
    }

    private static RandomInputs random(Gpuxfile gpuxfile) {
        try (var model = OnnxModel.open(ModelFile.locate(gpuxfile))) {
            return new RandomInputs(model, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private VerifiedCase compare(Model reference, Model model, Map<String, Input> item, String name) {
        try (var arena = Arena.ofConfined()) {
            var expected = reference.session().run(arena, reference.modelInputs(arena, List.of(item)));
            var actual = model.session().run(arena, model.modelInputs(arena, List.of(item)));
            double furthest = 0;
            for (var output : expected.entrySet()) {
                var other = actual.getOrDefault(output.getKey(), OptionalValue.EMPTY);
                var difference = tolerance.difference(output.getKey(), output.getValue(), other);
                if (difference.isPresent()) {
                    return VerifiedCase.failed(name, difference.get());
                }
                furthest = Math.max(furthest, furthest(output.getValue(), other));
            }
            return VerifiedCase.passed(name, furthest == 0 ? "the same numbers"
                : String.format(Locale.ROOT, "at most %.2g apart", furthest));
        } catch (OrtException e) {
            if (Interruption.happened()) {
                throw e;
            }
            return VerifiedCase.failed(name, e.getMessage());
        }
    }

    private static double furthest(Value expected, Value actual) {
        if (!(expected instanceof Tensor one && actual instanceof Tensor other) || !one.elementType().isFloat()) {
            return 0;
        }
        double furthest = 0;
        for (long i = 0; i < one.shape().elements(); i++) {
            double difference = Math.abs(Elements.number(one, i) - Elements.number(other, i));
            furthest = difference > furthest ? difference : furthest;
        }
        return furthest;
    }
}
