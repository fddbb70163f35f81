package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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
    /** How many segments the ready-made call holds; more of them take the slower general form. */
    private static final int FEW = 4;
    /** What a method handle can take, less the real arguments (a pointer counts twice inside the linker). */
    private static final int MOST = 100;
    /** The most arguments of a function itself. */
    private static final int ARGUMENTS = Downcall.MANY - FEW;

    /** One segment an arena; NULL, which costs nothing, where there are fewer. */
    private final MemorySegment[] few;
    private int count;
    private List<MemorySegment> more;

    /** Holds nothing yet. */
    HeldMemory() {
        few = new MemorySegment[FEW];
        Arrays.fill(few, MemorySegment.NULL);
        more = List.of();
    }

    private HeldMemory(HeldMemory other) {
        few = other.few.clone();
        count = other.count;
        more = other.more.isEmpty() ? List.of() : new ArrayList<>(other.more);
    }

    /** Everything that {@code values} consist of. */
    static HeldMemory of(Iterable<? extends Value> values) {
        var held = new HeldMemory();
        values.forEach(held::hold);
        return held;
    }

    /** One that holds the same, and to which more can be added. */
    HeldMemory copy() {
        return new HeldMemory(this);
    }

    boolean isEmpty() {
        return count == 0;
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

    /** Keeps everything that {@code value} consists of. */
    void hold(Value value) {
        hold(value.handle());
        if (value instanceof Tensor tensor) {
            var foreign = tensor.foreignMemory();
            if (foreign.isPresent()) {
                hold(foreign.get());
            }
        } else if (value instanceof SequenceValue sequence) {
            // A sequence shares its tensors' memory; a map has a copy.
            sequence.elements().forEach(this::hold);
        }
    }

    /** Why the FFM API would refuse a call with this memory on this thread, if it would. */
    Optional<String> problem() {
        var all = new ArrayList<>(Arrays.asList(few));
        all.addAll(more);
        for (var segment : all) {
            if (!segment.scope().isAlive()) {
                return Optional.of("the arena of its memory is closed");
            }
            if (!segment.isAccessibleBy(Thread.currentThread())) {
                return Optional.of("it was made in another thread's confined arena; use a shared or automatic arena for "
                    + "what several threads use");
            }
        }
        return Optional.empty();
    }

    /** {@code OrtApi::Run}. */
    MemorySegment run(MemorySegment function, MemorySegment session, MemorySegment options,
                      MemorySegment inputNames, MemorySegment inputs, long inputCount,
                      MemorySegment outputNames, long outputCount, MemorySegment outputs) {
        var in = Api.value(inputCount);
        var out = Api.value(outputCount);
        return more.isEmpty()
            ? Downcall.many(function, session, options, inputNames, inputs, in, outputNames, out, outputs,
                few[0], few[1], few[2], few[3])
            : callHoldingMore(function, session, options, inputNames, inputs, in, outputNames, out, outputs);
    }

    /** Any function of up to eight arguments. */
    MemorySegment call(MemorySegment function, MemorySegment... arguments) {
        if (!more.isEmpty()) {
            return callHoldingMore(function, arguments);
        }
        var a = Arrays.copyOf(arguments, ARGUMENTS);
        Arrays.fill(a, arguments.length, ARGUMENTS, MemorySegment.NULL);
        return Downcall.many(function, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7],
            few[0], few[1], few[2], few[3]);
    }

    /** Links a call as long as it needs; so many arenas in one run are rare. */
    private MemorySegment callHoldingMore(MemorySegment function, MemorySegment... arguments) {
        var all = new ArrayList<Object>(List.of(function));
        all.addAll(Arrays.asList(arguments));
        all.addAll(Arrays.asList(few));
        all.addAll(more);
        try {
            return (MemorySegment) Downcall.link(all.size() - 1).invokeWithArguments(all);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw Downcall.impossible(e);
        }
    }
}
