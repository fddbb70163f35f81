package dev.gpux.pipeline.step.number;

import dev.gpux.ort.Dimension;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.InputKind;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Preprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.number.Axis;
import dev.gpux.pipeline.number.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code pad}: items of different length to one length, so that they go into one batch, or into a model of a fixed size.
 *
 * <p>Parameters:
 * <ul>
 * <li>{@code axis}: which dimension, by default the last (-1);
 * <li>{@code to}: the length, by default that of the longest item of the batch;
 * <li>{@code multiple_of}: lengths are rounded up to a multiple of it, 1 by default;
 * <li>{@code longer}: what happens to items longer than {@code to}: {@code error} (the default) or {@code cut};
 * <li>{@code at}: {@code end} (the default) or {@code start};
 * <li>{@code value}: what is added, 0 by default;
 * <li>{@code mask}: an input of the model, [rows, length], that gets 1 for what was given and 0 for what was added;
 * <li>{@code lengths}: an input of the model, [rows], that gets the lengths before;
 * <li>{@code input} and {@code as} as of all steps of this package.
 * </ul>
 * Outputs that have an axis of the same name as the padded one ({@code [batch, time]}, {@code [batch, time, 8]}) are cut to
 * each item's own length again.
 */
public final class Pad implements StepProvider {
    /** The name in the GPUXfile. */
    public static final String NAME = "pad";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Preprocessor> before(Parameters parameters, ModelSignature model) {
        var names = NumberStep.Names.of(parameters, model, NAME);
        int axis = parameters.whole("axis", -64, 63).orElse(-1);
        names.dimensions().filter(dimensions -> !Axis.exists(axis, dimensions.size())).ifPresent(_ -> {
            throw parameters.error("axis", "'" + names.input() + "' has no axis " + axis);
        });
        var rule = new Rule(axis, parameters.whole("to", 1, Integer.MAX_VALUE),
            parameters.whole("multiple_of", 1, 1 << 24).orElse(1),
            parameters.choice("longer", List.of("error", "cut")).orElse("error").equals("cut"),
            parameters.choice("at", List.of("end", "start")).orElse("end").equals("start"),
            parameters.number("value").orElse(0));
        return Optional.of(new Step(names, names.elementType(names.givenElements()), rule,
            target(parameters, model, "mask", 2), target(parameters, model, "lengths", 1)));
    }

    private static Optional<Target> target(Parameters parameters, ModelSignature model, String parameter, int rank) {
        return parameters.text(parameter).map(name -> {
            var type = model.input(name).filter(t -> Elements.are(t.elementType()) && t.dimensions().size() == rank)
                .orElseThrow(() -> parameters.error(parameter, "the model has no input '" + name + "' of numbers with "
                    + rank + (rank == 1 ? " dimension" : " dimensions") + "; it has " + model.describeInputs()));
            return new Target(name, type.elementType());
        });
    }

    private record Target(String name, ElementType type) { }

    private record Rule(int axis, OptionalInt to, int multipleOf, boolean cut, boolean atStart, double value) {
        /** The common length of items of these lengths. */
        int length(int longest) {
            if (to.isPresent() && longest > to.getAsInt() && !cut) {
                throw new PipelineException("pad: an item has length " + longest + ", more than " + to.getAsInt()
                    + "; longer: cut would cut it");
            }
            return Math.ceilDiv(to.orElse(longest), multipleOf) * multipleOf;
        }
    }

    private record Step(NumberStep.Names names, ElementType type, Rule rule, Optional<Target> mask,
                        Optional<Target> lengths) implements Preprocessor {
        @Override
        public Set<String> reads() {
            return Set.of(names.input());
        }

        @Override
        public Set<String> makes() {
            var makes = new ArrayList<>(List.of(names.as()));
            mask.ifPresent(target -> makes.add(target.name()));
            lengths.ifPresent(target -> makes.add(target.name()));
            return Set.copyOf(makes);
        }

        @Override
        public Optional<InputKind> takes() {
            return Optional.of(InputKind.NUMBERS);
        }

        @Override
        public Map<String, TensorType> types() {
            var dimensions = new ArrayList<Dimension>(names.dimensions().orElse(List.of()));
            if (!dimensions.isEmpty()) {
                dimensions.set(Math.floorMod(rule.axis(), dimensions.size()), rule.to().isPresent()
                    ? Dimension.fixed(rule.length(0)) : Dimension.UNKNOWN);
            }
            return Map.of(names.as(), new TensorType(type, dimensions));
        }

        @Override
        public void apply(Batch batch) {
            var given = new int[batch.size()];
            for (int item = 0; item < batch.size(); item++) {
                var from = batch.tensor(item, names.input());
                if (!Elements.are(from.elementType()) || !Axis.exists(rule.axis(), from.shape().rank())) {
                    throw new PipelineException("pad: '" + names.input() + "' is " + from + " and has no axis "
                        + rule.axis());
                }
                given[item] = Math.toIntExact(Axis.of(from.shape(), rule.axis()).length());
            }
            int length = rule.length(Arrays.stream(given).max().orElse(0));
            int axis = 0;
            for (int item = 0; item < batch.size(); item++) {
                var from = batch.tensor(item, names.input());
                axis = Math.floorMod(rule.axis(), from.shape().rank());
                batch.put(item, names.as(), new Input.Numbers(pad(batch, from, axis, length)));
                given[item] = Math.min(given[item], length);
            }
            batch.padded(names.as(), new Batch.Padded(axis, given, rule.atStart()));
            mask.ifPresent(target -> mask(batch, target, given, length));
            lengths.ifPresent(target -> {
                var tensor = Tensor.allocate(batch.arena(), target.type(), given.length);
                for (int row = 0; row < given.length; row++) {
                    Elements.set(tensor.segment(), target.type(), row, given[row]);
                }
                batch.give(target.name(), tensor);
            });
        }

        private Tensor pad(Batch batch, Tensor from, int axis, int length) {
            var sizes = from.shape().toArray();
            sizes[axis] = length;
            var to = Tensor.allocate(batch.arena(), type, sizes);
            var source = Axis.of(from.shape(), axis);
            var target = Axis.of(to.shape(), axis);
            if (rule.value() != 0) {
                for (long i = 0; i < to.shape().elements(); i++) {
                    Elements.set(to.segment(), type, i, rule.value());
                }
            }
            long kept = Math.min(source.length(), length);
            long start = rule.atStart() ? length - kept : 0;
            var copy = new Copy(from, to);
            for (long line = 0; line < source.outer(); line++) {
                copy.elements(source.index(line, 0, 0), target.index(line, start, 0), kept * source.stride());
            }
            return to;
        }

        private void mask(Batch batch, Target target, int[] given, int length) {
            var tensor = Tensor.allocate(batch.arena(), target.type(), given.length, length);
            for (int row = 0; row < given.length; row++) {
                int start = rule.atStart() ? length - given[row] : 0;
                for (int i = 0; i < given[row]; i++) {
                    Elements.set(tensor.segment(), target.type(), (long) row * length + start + i, 1);
                }
            }
            batch.give(target.name(), tensor);
        }
    }
}
