package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Memory that a downcall reaches only through pointers, kept open while the call runs.
 *
 * <p>The FFM API keeps the segments alive that a downcall <em>receives</em>: while the call runs, their arenas cannot be
 * closed, and a closed or foreign confined arena is refused before the call starts. Tensors lie behind an array of
 * pointers, where the FFM API does not see them. So the segments to hold are passed a second time, as surplus trailing
 * arguments: in every calling convention that the JDK's linker supports the caller owns the argument area, and the
 * callee never looks beyond what it declares.
 */
final class HeldMemory {
    /** How many segments the ready-made call holds besides the arena; more of them take the slower general form. */
    private static final int FEW = 3;
    /** What a method handle can take, less the real arguments (a pointer counts twice inside the linker). */
    private static final int MOST = 100;
    private static final String CLOSED = "the arena of its memory is closed";
    private static final String CONFINED = "it was made in another thread's confined arena; use a shared or automatic "
        + "arena for what several threads use";
    /** The most arguments of a function itself. */
    static final int ARGUMENTS = 8;

    /** The first tensor's arena, in which mostly all are; the global one, which needs no holding, if there is none. */
    private Arena arena = Arena.global();
    /** One segment for every other arena; NULL, which costs nothing, where there are fewer. */
    private final MemorySegment[] few = new MemorySegment[FEW];
    private int count;
    private List<MemorySegment> more = List.of();

    /** Holds nothing yet. */
    HeldMemory() {
        Arrays.fill(few, MemorySegment.NULL);
    }

    /** Holds nothing any more. Writes no reference that is there already: a collector would have to hear of it. */
    void clear() {
        if (isEmpty()) {
            return;
        }
        arena = Arena.global();
        Arrays.fill(few, 0, count, MemorySegment.NULL);
        count = 0;
        if (!more.isEmpty()) {
            more = List.of();
        }
    }

    /** Everything that {@code values} consist of. */
    static HeldMemory of(Iterable<? extends Value> values) {
        var held = new HeldMemory();
        values.forEach(held::hold);
        return held;
    }

    /** Holds what {@code other} holds, too. */
    void holdAll(HeldMemory other) {
        hold(other.arena);
        for (int i = 0; i < other.count; i++) {
            hold(other.few[i]);
        }
        other.more.forEach(this::hold);
    }

    boolean isEmpty() {
        return count == 0 && arena == Arena.global();
    }

    /** Keeps the arena of {@code segment} open during the call. */
    void hold(MemorySegment segment) {
        for (int i = 0; i < count; i++) {
            if (few[i].scope().equals(segment.scope())) {
                return;
            }
        }
        if (count < FEW) {
            few[count++] = segment;
        } else {
            holdMore(segment);
        }
    }

    private void holdMore(MemorySegment segment) {
        if (more.isEmpty()) {
            more = new ArrayList<>();
        }
        for (var other : more) {
            if (other.scope().equals(segment.scope())) {
                return;
            }
        }
        if (more.size() == MOST) {
            throw new TensorException("the tensors of one call come from more than " + (MOST + FEW)
                + " different arenas; make them in fewer");
        }
        more.add(segment);
    }

    /** Keeps {@code other} open during the call. */
    void hold(Arena other) {
        if (other == arena) {
            return;
        }
        if (arena == Arena.global()) {
            arena = other;
        } else {
            hold(anchor(other));
        }
    }

    /**
     * A segment by which a call holds an arena; made in each call, since to keep it would take memory.
     *
     * @throws IllegalStateException if the arena is closed
     * @throws WrongThreadException if it is another thread's
     */
    static MemorySegment anchor(Arena arena) {
        return MemorySegment.NULL.reinterpret(arena, null);
    }

    /** Keeps everything that {@code value} consists of. */
    void hold(Value value) {
        // A pattern switch would be linked at the first run, which costs a short command milliseconds.
        if (value instanceof Tensor tensor) {
            hold(tensor.arena());
            if (tensor.isWrapped()) {
                hold(tensor.segment());
            }
        } else if (value instanceof SequenceValue sequence) {
            hold(sequence.handle());
            // A sequence shares its tensors' memory; a map has a copy.
            sequence.elements().forEach(this::hold);
        } else {
            hold(value.handle());
        }
    }

    /** Why the FFM API would refuse a call with {@code value} on this thread, if it would. */
    static Optional<String> problem(Value value) {
        return problem(() -> of(List.of(value)));
    }

    /** Why the FFM API would refuse a call with this memory on this thread, if it would. */
    Optional<String> problem() {
        return problem(() -> this);
    }

    private static Optional<String> problem(Supplier<HeldMemory> held) {
        try {
            var all = held.get();
            return Stream.concat(Stream.of(anchor(all.arena)), Stream.concat(Stream.of(all.few), all.more.stream()))
                .flatMap(segment -> problem(segment).stream()).findFirst();
        } catch (IllegalStateException e) {
            return Optional.of(CLOSED);
        } catch (WrongThreadException e) {
            return Optional.of(CONFINED);
        }
    }

    private static Optional<String> problem(MemorySegment segment) {
        if (!segment.scope().isAlive()) {
            return Optional.of(CLOSED);
        }
        return segment.isAccessibleBy(Thread.currentThread()) ? Optional.empty() : Optional.of(CONFINED);
    }

    /** {@code OrtApi::Run}; the two arrays of pointers are addresses, of memory that the caller keeps alive. */
    long run(MemorySegment function, MemorySegment session, MemorySegment options, MemorySegment inputNames,
             long inputs, long inputCount, MemorySegment outputNames, long outputCount, long outputs) {
        return more.isEmpty()
            ? Downcall.run(function, session, options, inputNames, inputs, inputCount, outputNames, outputCount,
                outputs, arena, few[0], few[1], few[2])
            : callHoldingMore(function, session, options, inputNames, Api.value(inputs), Api.value(inputCount),
                outputNames, Api.value(outputCount), Api.value(outputs));
    }

    /** A function of three arguments. Where only segments are held, and few, it puts nothing on the heap. */
    long call(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
        var anchor = arena == Arena.global() ? NULL : anchor(arena);
        return more.isEmpty()
            ? Downcall.pointers(function, a, b, c, NULL, NULL, NULL, NULL, NULL, anchor, few[0], few[1], few[2])
            : callHoldingMore(function, a, b, c, anchor);
    }

    /** Any function of up to eight arguments. */
    long call(MemorySegment function, MemorySegment... arguments) {
        if (!more.isEmpty()) {
            return callHoldingMore(function, arguments);
        }
        var a = Arrays.copyOf(arguments, ARGUMENTS);
        Arrays.fill(a, arguments.length, ARGUMENTS, MemorySegment.NULL);
        return Downcall.pointers(function, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7],
            anchor(arena), few[0], few[1], few[2]);
    }

    /** Links a call as long as it needs; so many arenas in one run are rare. */
    private long callHoldingMore(MemorySegment function, MemorySegment... arguments) {
        var all = new ArrayList<Object>(List.of(function));
        all.addAll(Arrays.asList(arguments));
        all.add(anchor(arena));
        all.addAll(Arrays.asList(few));
        all.addAll(more);
        try {
            return (long) Downcall.link(all.size() - 1).invokeWithArguments(all);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw Downcall.impossible(e);
        }
    }
}
