package dev.gpux.optimize.proof;

import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.InputSlot;
import dev.gpux.engine.Model;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What two models are compared on.
 *
 * @param origin where it is from
 * @param items sets of inputs, at least one
 */
public record Evidence(Origin origin, List<Map<String, Input>> items) {
    /** Where inputs are from. */
    public enum Origin {
        /** The person gave them. */
        GIVEN("given inputs"),
        /** The GPUXfile's golden tests. */
        GOLDEN("inputs of golden tests"),
        /** The GPUXfile's default inputs. */
        DEFAULTS("default inputs"),
        /** Made up: they show that both models compute the same, not that they are right on real inputs. */
        RANDOM("random inputs");

        private final String words;

        Origin(String words) {
            this.words = words;
        }

        /** As people call it, in the plural. */
        public String words() {
            return words;
        }
    }

    /** How many sets of random inputs. */
    private static final int RANDOM_ITEMS = 8;

    /** Keeps an immutable copy. */
    public Evidence {
        items = List.copyOf(items);
    }

    /**
     * What was given; else the golden tests' inputs, else the defaults, else random ones.
     *
     * @param arena where tensors live
     * @param given sets of inputs
     * @param random makes up what the model takes
     */
    public static Evidence of(Arena arena, Model model, List<Map<String, Input>> given, RandomInputs random) {
        if (!given.isEmpty()) {
            return new Evidence(Origin.GIVEN, given);
        }
        var tests = model.gpuxfile().tests();
        if (!tests.isEmpty()) {
            return new Evidence(Origin.GOLDEN, tests.stream().map(test -> GoldenTests.inputs(model, test, arena))
                .toList());
        }
        if (model.inputs().stream().map(InputSlot::initial).allMatch(Optional::isPresent)) {
            return new Evidence(Origin.DEFAULTS, List.of(Map.of()));
        }
        var items = new ArrayList<Map<String, Input>>();
        for (int i = 0; i < RANDOM_ITEMS; i++) {
            items.add(random.item(arena, model.inputs(), i));
        }
        return new Evidence(Origin.RANDOM, items);
    }
}
