package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** One output of a prepared run: a tensor of a known shape, or whatever the last run gave. */
sealed interface BoundOutput {
    /** The tensor to read. */
    Tensor tensor();

    /** Frees what this output owns beyond the prepared run's arena. */
    void close();

    /** An output whose shape is known beforehand: one tensor for all runs. */
    record Fixed(Tensor tensor) implements BoundOutput {
        @Override
        public void close() { }
    }

    /**
     * An output whose shape each run decides. ORT allocates it; the value is released right before the next run, so that
     * ORT's allocator usually gives the same block again. As long as it does, the view made for the caller stays good,
     * and nothing is allocated on the heap.
     */
    final class Variable implements BoundOutput {
        private final String name;
        private final Api api;
        /** Where ORT writes the {@code OrtValue*}; NULL before a run makes ORT allocate. */
        private final MemorySegment slot;
        private final MemorySegment scratch;
        private Optional<View> view = Optional.empty();

        private record View(Arena arena, Tensor tensor) { }

        Variable(String name, Api api, MemorySegment slot, MemorySegment scratch) {
            this.name = name;
            this.api = api;
            this.slot = slot;
            this.scratch = scratch;
        }

        /** Gives the last run's value back, so that ORT allocates the next. */
        void beforeRun() {
            long value = slot.get(JAVA_LONG, 0);
            if (value != 0) {
                slot.set(JAVA_LONG, 0, 0);
                api.releaseValue(value);
            }
        }

        /** Closes the caller's view unless the new value lies where the old one lay. */
        void afterRun() {
            if (view.isEmpty()) {
                return;
            }
            long value = slot.get(JAVA_LONG, 0);
            if (value == 0 || !TensorInfo.sameAs(api, value, view.get().tensor(), scratch)) {
                view.get().arena().close();
                view = Optional.empty();
            }
        }

        @Override
        public Tensor tensor() {
            if (view.isEmpty()) {
                long value = slot.get(JAVA_LONG, 0);
                if (value == 0) {
                    throw new TensorException("output '" + name + "' gets its shape from a run, and there was none yet");
                }
                if (!TensorInfo.isTensor(api, value, scratch)) {
                    throw new TensorException("output '" + name + "' is not a tensor; use Session.run");
                }
                var arena = Arena.ofConfined();
                try {
                    // The slot owns the value; the view may end before it.
                    view = Optional.of(new View(arena, Tensor.adopt(api, arena, value, false, scratch)));
                } catch (RuntimeException | Error e) {
                    arena.close();
                    throw e;
                }
            }
            return view.get().tensor();
        }

        @Override
        public void close() {
            view.ifPresent(open -> open.arena().close());
            view = Optional.empty();
            beforeRun();
        }
    }
}
