package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.InputSpec;
import dev.gpux.gpuxfile.InputSpec.Type;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.ort.ValueInfo;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.PipelineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what a person has to give: the GPUXfile's inputs, what steps read, and what no step makes. */
final class InputSlots {
    private InputSlots() { }

    static List<InputSlot> of(Gpuxfile gpuxfile, Pipeline pipeline, ModelSignature model) {
        var read = pipeline.reads();
        var made = pipeline.makes();
        var direct = new LinkedHashMap<String, ValueInfo>();
        model.inputs().stream().filter(info -> !made.contains(info.name()) && !gpuxfile.state().containsKey(info.name()))
            .forEach(info -> direct.put(info.name(), info));
        var slots = new ArrayList<InputSlot>();
        gpuxfile.inputs().forEach((name, spec) -> {
            if (gpuxfile.state().containsKey(name)) {
                return;
            }
            var tensor = Optional.ofNullable(direct.remove(name)).filter(info -> !read.containsKey(name));
            if (tensor.isEmpty() && !read.containsKey(name)) {
                throw new ModelException(gpuxfile.source() + ": nothing reads the input '" + name + "': no step does, "
                    + "and the model has " + model.describeInputs());
            }
            slots.add(slot(gpuxfile, name, spec, tensor));
        });
        read.forEach((name, kind) -> {
            if (!gpuxfile.inputs().containsKey(name)) {
                slots.add(new InputSlot(name, type(kind), "", false, kind == InputKind.NUMBERS
                    ? Optional.of(new ValueInfo(name, InputTypes.ANY)) : Optional.empty(), Optional.empty()));
            }
        });
        direct.forEach((name, info) ->
            slots.add(new InputSlot(name, Type.TENSOR, "", false, Optional.of(info), Optional.empty())));
        return List.copyOf(slots);
    }

    private static InputSlot slot(Gpuxfile gpuxfile, String name, InputSpec spec, Optional<ValueInfo> ofModel) {
        var tensor = ofModel.or(() -> InputTypes.of(spec).map(type -> new ValueInfo(name, type)));
        var slot = new InputSlot(name, ofModel.isPresent() ? Type.TENSOR : spec.type(), spec.description().orElse(""),
            spec.list(), tensor, Optional.empty());
        return spec.initial().map(value -> slot.withInitial(new GivenValues(gpuxfile, List.of(slot), "inputs")
            .initial(slot, value))).orElse(slot);
    }

    private static Type type(InputKind kind) {
        return switch (kind) {
            case TEXT -> Type.TEXT;
            case IMAGE -> Type.IMAGE;
            case AUDIO -> Type.AUDIO;
            case NUMBERS -> Type.TENSOR;
        };
    }

    /** {@code given} with the defaults of what is missing. */
    static Map<String, Input> complete(List<InputSlot> slots, Map<String, Input> given) {
        var complete = new HashMap<>(given);
        for (var slot : slots) {
            if (!complete.containsKey(slot.name())) {
                complete.put(slot.name(), slot.initial().orElseThrow(() ->
                    new PipelineException("input '" + slot + "' is missing; give it with -i " + slot.name() + "=…")));
            }
        }
        if (complete.size() > slots.size()) {
            var names = slots.stream().map(InputSlot::name).toList();
            for (var name : given.keySet()) {
                if (!names.contains(name)) {
                    var hint = Suggestion.hint(name, names);
                    throw new PipelineException("no input is named '" + name + "'"
                        + (hint.isEmpty() ? "; expected " + String.join(", ", names) : "; " + hint));
                }
            }
        }
        return complete;
    }
}
