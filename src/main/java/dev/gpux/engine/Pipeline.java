package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.Problems;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.Preprocessor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The steps of a GPUXfile, made and checked against the model.
 *
 * @param before the steps before the model, in order
 * @param after the steps after it, in order
 * @param reads what a person gives the steps, and of which kind
 * @param files the files that the steps read
 */
record Pipeline(List<Preprocessor> before, List<Postprocessor> after, SequencedMap<String, InputKind> reads,
                List<FileReference> files) implements AutoCloseable {

    /**
     * Makes the steps.
     *
     * @throws dev.gpux.gpuxfile.GpuxfileException with everything that is wrong with them
     */
    static Pipeline of(Gpuxfile gpuxfile, ModelSignature model, OpenOptions options) {
        var problems = new Problems();
        var pipeline = new PipelineMaker(gpuxfile, model, options, problems).make();
        if (!problems.isEmpty()) {
            pipeline.close();
            problems.throwIfAny();
        }
        return pipeline;
    }

    /** The models that steps run. */
    List<ChainedModel> models() {
        return after.stream().filter(ChainedModel.class::isInstance).map(ChainedModel.class::cast).toList();
    }

    /** Closes the models that steps run. */
    @Override
    public void close() {
        models().forEach(ChainedModel::close);
    }

    /** What steps make for the model, and for each other. */
    Set<String> makes() {
        var makes = new LinkedHashSet<String>();
        before.forEach(step -> makes.addAll(step.makes()));
        return makes;
    }
}
