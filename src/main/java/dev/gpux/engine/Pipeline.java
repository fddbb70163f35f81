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
                List<FileReference> files) {

    /**
     * Makes the steps.
     *
     * @throws dev.gpux.gpuxfile.GpuxfileException with everything that is wrong with them
     */
    static Pipeline of(Gpuxfile gpuxfile, ModelSignature model) {
        var problems = new Problems();
        var maker = new PipelineMaker(gpuxfile, model, problems);
        var pipeline = maker.make();
        problems.throwIfAny();
        return pipeline;
    }

    /** What steps make for the model, and for each other. */
    Set<String> makes() {
        var makes = new LinkedHashSet<String>();
        before.forEach(step -> makes.addAll(step.makes()));
        return makes;
    }
}
