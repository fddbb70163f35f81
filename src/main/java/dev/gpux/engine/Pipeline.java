package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.Problems;
import dev.gpux.gpuxfile.Step;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.step.StepCatalogue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The steps of a GPUXfile, made and checked against the model.
 *
 * @param before the steps before the model, in order
 * @param after the steps after it, in order
 * @param files the files that the steps read
 */
record Pipeline(List<Preprocessor> before, List<Postprocessor> after, List<FileReference> files) {

    /**
     * Makes the steps.
     *
     * @throws dev.gpux.gpuxfile.GpuxfileException with everything that is wrong with them
     */
    static Pipeline of(Gpuxfile gpuxfile, ModelSignature model) {
        var problems = new Problems();
        var maker = new Maker(gpuxfile, problems, new ArrayList<>());
        var before = maker.make(gpuxfile.preprocess(), "preprocess",
            (provider, parameters) -> provider.before(parameters, model));
        var after = maker.make(gpuxfile.postprocess(), "postprocess",
            (provider, parameters) -> provider.after(parameters, model));
        checkFlow(gpuxfile, model, after, problems);
        problems.throwIfAny();
        return new Pipeline(before, after, List.copyOf(maker.files()));
    }

    /** Every output that a step reads must be there when its turn comes. */
    private static void checkFlow(Gpuxfile gpuxfile, ModelSignature model, List<Postprocessor> after,
                                  Problems problems) {
        if (!problems.isEmpty()) {
            return;
        }
        var available = new LinkedHashSet<String>();
        model.outputs().forEach(output -> available.add(output.name()));
        for (int i = 0; i < after.size(); i++) {
            for (var name : after.get(i).reads()) {
                if (!available.contains(name)) {
                    var step = gpuxfile.postprocess().get(i);
                    problems.add(step.location(), step.name() + " reads '" + name + "', which neither the model nor a "
                        + "step before makes", Suggestion.hint(name, available));
                }
            }
            available.removeAll(after.get(i).reads());
            available.addAll(after.get(i).makes());
        }
    }

    /** The inputs of the GPUXfile that steps read. */
    Set<String> reads() {
        return union(before, Preprocessor::reads);
    }

    /** The model's inputs that steps make. */
    Set<String> makes() {
        return union(before, Preprocessor::makes);
    }

    private static Set<String> union(List<Preprocessor> steps, Function<Preprocessor, Set<String>> names) {
        var union = new LinkedHashSet<String>();
        steps.forEach(step -> union.addAll(names.apply(step)));
        return union;
    }

    @FunctionalInterface
    private interface Making<T> {
        Optional<T> make(StepProvider provider, StepParameters parameters);
    }

    private record Maker(Gpuxfile gpuxfile, Problems problems, List<FileReference> files) {
        <T> List<T> make(List<Step> steps, String where, Making<T> making) {
            var made = new ArrayList<T>();
            for (var step : steps) {
                StepCatalogue.find(step.name()).ifPresentOrElse(
                    provider -> make(step, where, provider, making).ifPresent(made::add),
                    () -> problems.add(step.location(), "unknown step \"" + step.name() + "\"",
                        Suggestion.hint(step.name(), StepCatalogue.names())));
            }
            return made;
        }

        private <T> Optional<T> make(Step step, String where, StepProvider provider, Making<T> making) {
            var parameters = new StepParameters(gpuxfile, step, problems);
            try {
                var made = making.make(provider, parameters);
                if (made.isEmpty()) {
                    problems.add(step.location(), step.name() + " is not a step of " + where);
                } else {
                    parameters.end();
                    files.addAll(parameters.files());
                }
                return made;
            } catch (StepParameters.Refused e) {
                return Optional.empty();
            }
        }
    }
}
