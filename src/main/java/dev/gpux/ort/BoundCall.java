package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/** The downcall of a prepared run with all its arguments but the session. */
sealed interface BoundCall {
    /** Runs. */
    void run(MemorySegment session);

    /** The fastest call that does what {@code plan} says. */
    static BoundCall of(Api api, Arena arena, Arena lease, MemorySegment session, PreparedRunBuilder.Plan plan) {
        var options = plan.options().<Supplier<MemorySegment>>map(given -> given::handle)
            .orElse(() -> MemorySegment.NULL);
        boolean fixed = List.of(plan.outputs()).stream().allMatch(o -> o instanceof BoundOutput.Fixed);
        // A binding copies inputs to a device when they are bound, not when they are run: right for the CPU alone.
        if (fixed && plan.onCpu() && plan.held().isEmpty()) {
            return new Binding(api, api.pointer(ApiFunction.RUN_WITH_BINDING), options,
                bind(api, lease, session, plan));
        }
        var inputs = arena.allocate(ADDRESS, Math.max(1, plan.inputs().length));
        for (int i = 0; i < plan.inputs().length; i++) {
            inputs.setAtIndex(ADDRESS, i, plan.inputs()[i].handle());
        }
        return new Arrays(api, api.pointer(ApiFunction.RUN), options, Api.cStrings(arena, plan.inputNames()), inputs,
            plan.inputs().length, Api.cStrings(arena, plan.outputNames()), plan.outputs().length, plan.outputSlots(),
            plan.outputs(), plan.held());
    }

    private static long bind(Api api, Arena lease, MemorySegment session, PreparedRunBuilder.Plan plan) {
        try (var scratch = Arena.ofConfined()) {
            var out = scratch.allocate(ADDRESS);
            api.check(api.call(ApiFunction.CREATE_IO_BINDING, session, out));
            var binding = Values.own(lease, out.get(ADDRESS, 0), b ->
                api.call(ApiFunction.RELEASE_IO_BINDING, b));
            for (int i = 0; i < plan.inputs().length; i++) {
                api.check(api.call(ApiFunction.BIND_INPUT,
                    binding, scratch.allocateFrom(plan.inputNames().get(i)), plan.inputs()[i].handle()));
            }
            for (int i = 0; i < plan.outputs().length; i++) {
                api.check(api.call(ApiFunction.BIND_OUTPUT,
                    binding, scratch.allocateFrom(plan.outputNames().get(i)), plan.outputs()[i].tensor().handle()));
            }
            // Without its arena: the session's handle, of the same arena, goes into every call and keeps it open.
            return binding.address();
        }
    }

    /** {@code OrtApi::RunWithBinding}: ORT resolved the names when they were bound. */
    record Binding(Api api, MemorySegment function, Supplier<MemorySegment> options, long binding)
        implements BoundCall {
        @Override
        public void run(MemorySegment session) {
            api.check(Downcall.runWithBinding(function, session, options.get(), binding));
        }
    }

    /** {@code OrtApi::Run} over ready arrays: for outputs that ORT allocates, devices, and memory of others. */
    record Arrays(Api api, MemorySegment function, Supplier<MemorySegment> options, MemorySegment inputNames,
                  MemorySegment inputs, long inputCount, MemorySegment outputNames, long outputCount,
                  MemorySegment outputSlots, BoundOutput[] outputs, HeldMemory held) implements BoundCall {
        @Override
        public void run(MemorySegment session) {
            for (var output : outputs) {
                if (output instanceof BoundOutput.Variable variable) {
                    variable.beforeRun();
                }
            }
            try {
                api.check(held.run(function, session, options.get(), inputNames, inputs.address(), inputCount,
                    outputNames, outputCount, outputSlots.address()));
            } finally {
                for (var output : outputs) {
                    if (output instanceof BoundOutput.Variable variable) {
                        variable.afterRun();
                    }
                }
            }
        }
    }
}
