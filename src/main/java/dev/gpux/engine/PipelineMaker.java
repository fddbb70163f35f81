package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.Problems;
import dev.gpux.gpuxfile.Step;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.step.StepCatalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Makes the steps of a GPUXfile one after the other, and follows what flows from each to the next. */
final class PipelineMaker {
    private final Gpuxfile gpuxfile;
    private final ModelSignature model;
    private final OpenOptions options;
    private final Problems problems;
    private final List<FileReference> files = new ArrayList<>();
    private final LinkedHashMap<String, InputKind> reads = new LinkedHashMap<>();

    PipelineMaker(Gpuxfile gpuxfile, ModelSignature model, OpenOptions options, Problems problems) {
        this.gpuxfile = gpuxfile;
        this.model = model;
        this.options = options;
        this.problems = problems;
    }

    /** The steps; where there are problems, only those without. */
    Pipeline make() {
        return new Pipeline(before(), after(), reads, List.copyOf(files));
    }

    private List<Preprocessor> before() {
        var flow = new Flow();
        gpuxfile.inputs().forEach((name, spec) -> flow.add(name, InputTypes.of(spec)));
        var made = new ArrayList<Preprocessor>();
        var makers = new LinkedHashMap<String, Step>();
        for (var step : gpuxfile.preprocess()) {
            var preprocessor = make(step, "preprocess", flow, (provider, parameters) -> provider.before(parameters, model));
            preprocessor.ifPresent(p -> {
                p.reads().forEach(name -> read(step, p, name, makers.keySet()));
                p.makes().forEach(name -> {
                    var type = Optional.ofNullable(p.types().get(name));
                    type.ifPresent(t -> requireFit(step, name, t));
                    flow.add(name, type);
                    makers.put(name, step);
                });
                made.add(p);
            });
        }
        requireUse(made, makers);
        return List.copyOf(made);
    }

    /** A name that no step before makes is what a person gives. */
    private void read(Step step, Preprocessor made, String name, Set<String> makes) {
        if (makes.contains(name)) {
            return;
        }
        var declared = Optional.ofNullable(gpuxfile.inputs().get(name)).map(InputTypes::kind);
        made.takes().filter(kind -> declared.isPresent() && declared.get() != kind).ifPresent(kind ->
            problems.add(step.location(), step.name() + " reads " + word(kind) + ", and the input '" + name + "' is "
                + word(declared.get())));
        reads.putIfAbsent(name, declared.or(made::takes).orElse(InputKind.TEXT));
    }

    private static String word(InputKind kind) {
        return kind == InputKind.IMAGE ? "an image" : kind.name().toLowerCase(Locale.ROOT);
    }

    private void requireFit(Step step, String name, TensorType made) {
        model.input(name).filter(wanted -> !fits(made, wanted)).ifPresent(wanted ->
            problems.add(step.location(), step.name() + " makes '" + name + "' as " + made + ", and the model's input is "
                + wanted));
    }

    /** Whether a tensor can be of both types; one without dimensions says nothing of its rank. */
    private static boolean fits(TensorType made, TensorType wanted) {
        var some = made.dimensions();
        var others = wanted.dimensions();
        boolean fits = made.elementType() == wanted.elementType()
            && (some.isEmpty() || others.isEmpty() || some.size() == others.size());
        for (int i = 0; fits && i < Math.min(some.size(), others.size()); i++) {
            fits = !some.get(i).isFixed() || !others.get(i).isFixed() || some.get(i).size() == others.get(i).size();
        }
        return fits;
    }

    /** What nobody reads is a name that was misspelt. */
    private void requireUse(List<Preprocessor> made, LinkedHashMap<String, Step> makers) {
        if (!problems.isEmpty()) {
            return;
        }
        var used = new LinkedHashSet<String>();
        model.inputs().forEach(input -> used.add(input.name()));
        made.forEach(step -> used.addAll(step.reads()));
        makers.forEach((name, step) -> {
            if (!used.contains(name)) {
                problems.add(step.location(), step.name() + " makes '" + name + "', which neither the model nor a step "
                    + "reads; the model has " + model.describeInputs(), Suggestion.hint(name, used));
            }
        });
    }

    /** Every output that a step reads must be there when its turn comes. */
    private List<Postprocessor> after() {
        var flow = new Flow();
        model.outputs().stream().filter(output -> !gpuxfile.state().containsValue(output.name()))
            .forEach(output -> flow.add(output.name(), model.output(output.name())));
        var made = new ArrayList<Postprocessor>();
        for (var step : gpuxfile.postprocess()) {
            make(step, "postprocess", flow, (provider, parameters) -> provider.after(parameters, model)).ifPresent(p -> {
                for (var name : p.reads()) {
                    if (!flow.has(name)) {
                        problems.add(step.location(), step.name() + " reads '" + name + "', which neither the model nor a "
                            + "step before makes", Suggestion.hint(name, flow.names()));
                    }
                    flow.remove(name);
                }
                p.makes().forEach(name -> flow.add(name, Optional.ofNullable(p.types().get(name))));
                made.add(p);
            });
        }
        return List.copyOf(made);
    }

    @FunctionalInterface
    private interface Making<T> {
        Optional<T> make(StepProvider provider, StepParameters parameters);
    }

    private <T> Optional<T> make(Step step, String where, Flow flow, Making<T> making) {
        var provider = find(step);
        if (provider.isEmpty()) {
            problems.add(step.location(), "unknown step \"" + step.name() + "\"",
                Suggestion.hint(step.name(), StepCatalogue.names()));
            return Optional.empty();
        }
        var parameters = new StepParameters(gpuxfile, step, flow, problems);
        try {
            var made = making.make(provider.get(), parameters);
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

    /** A step that runs another model is the only one that needs to know how models are opened. */
    private Optional<StepProvider> find(Step step) {
        return step.name().equals(ChainedModel.NAME)
            ? Optional.of(new ChainedModel.Maker(gpuxfile, options)) : StepCatalogue.find(step.name());
    }
}
