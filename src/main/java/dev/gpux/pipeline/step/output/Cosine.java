package dev.gpux.pipeline.step.output;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Elements;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/**
 * {@code cosine}: how alike the texts of an input are, by the cosine of the angle between their vectors: 1 the same, 0
 * nothing in common, -1 opposite.
 *
 * <p>Parameters: {@code output}, the vectors, a tensor [texts, size], such as {@code pool} makes; {@code as},
 * {@code similarity} by default; {@code input}, the input that has the texts, {@code text} by default: its
 * {@code list: true} lets a person give several. Makes float32[texts, texts], worked out in float64; a vector of zeros is
 * like no other.
 */
public final class Cosine implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "cosine";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Postprocessor> after(Parameters parameters, ModelSignature model) {
        var output = OutputName.ofTensor(parameters, NAME);
        parameters.type(output).filter(type -> type.dimensions().size() != 2).ifPresent(type -> {
            throw parameters.error("output", "cosine reads one vector a text, [texts, size]; '" + output + "' is " + type);
        });
        return Optional.of(new Step(output, parameters.text("as").orElse("similarity"),
            parameters.text("input").orElse("text")));
    }

    private record Step(String output, String as, String input) implements Postprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(output);
        }

        @Override
        public Set<String> makes() {
            return Set.of(as);
        }

        @Override
        public void apply(Batch batch) {
            var vectors = OutputName.tensor(batch, output, NAME);
            if (vectors.shape().rank() != 2 || vectors.shape().size(0) != batch.rows()) {
                throw new PipelineException("cosine reads one vector for each of the " + batch.rows() + " texts; '" + output
                    + "' is " + vectors);
            }
            var answers = new ArrayList<Answer>();
            for (int item = 0; item < batch.size(); item++) {
                var texts = batch.texts(item, input);
                if (texts.size() != batch.rows(item)) {
                    throw new PipelineException("cosine: the input '" + input + "' has " + texts.size()
                        + " texts, and there are " + batch.rows(item) + " vectors");
                }
                answers.add(new Answer.Similarities(texts, compare(batch, vectors, batch.firstRow(item), texts.size())));
            }
            batch.consume(output);
            batch.answer(as, answers);
        }

        private static Tensor compare(Batch batch, Tensor vectors, int first, int count) {
            var scores = Tensor.allocate(batch.arena(), ElementType.FLOAT32, count, count);
            for (int i = 0; i < count; i++) {
                for (int j = 0; j <= i; j++) {
                    double cosine = cosine(vectors, first + i, first + j);
                    Elements.set(scores.segment(), ElementType.FLOAT32, (long) i * count + j, cosine);
                    Elements.set(scores.segment(), ElementType.FLOAT32, (long) j * count + i, cosine);
                }
            }
            return scores;
        }

        private static double cosine(Tensor vectors, int one, int other) {
            long size = vectors.shape().size(1);
            double product = 0;
            double squares = 0;
            double otherSquares = 0;
            for (long i = 0; i < size; i++) {
                double a = Elements.get(vectors.segment(), vectors.elementType(), one * size + i);
                double b = Elements.get(vectors.segment(), vectors.elementType(), other * size + i);
                product += a * b;
                squares += a * a;
                otherSquares += b * b;
            }
            double lengths = Math.sqrt(squares) * Math.sqrt(otherSquares);
            return lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1);
        }
    }
}
