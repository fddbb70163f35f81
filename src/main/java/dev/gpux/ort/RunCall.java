package dev.gpux.ort;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The downcall of {@code OrtApi::Run}, in a form that holds on to memory which the call only reaches through pointers.
 *
 * <p>The FFM API keeps the segments alive that a downcall <em>receives</em>: while the call runs, their arenas cannot be
 * closed, and a closed or foreign confined arena is refused before the call starts. Tensors lie behind an array of
 * pointers, where the FFM API does not see them. So the segments to hold are passed a second time, as surplus trailing
 * arguments: in every calling convention that the JDK's linker supports the caller owns the argument area, and the
 * callee never looks beyond what it declares.
 */
final class RunCall {
    /** How many segments the ready-made call holds; more of them take the slower general form. */
    private static final int HELD = 4;
    /** What a method handle can take, less the real arguments (a pointer counts twice inside the linker). */
    private static final int MOST = 100;
    private static final MethodHandle HOLDING = downcall(HELD);

    private final MemorySegment[] held = new MemorySegment[HELD];
    private int count;
    private List<MemorySegment> more = List.of();

    RunCall() {
        Arrays.fill(held, MemorySegment.NULL);
    }

    /** A call for any number of runs that keeps the memory of {@code tensors} alive during each. */
    static RunCall holding(List<Tensor> tensors) {
        var call = new RunCall();
        tensors.forEach(call::hold);
        return call;
    }

    private static MethodHandle downcall(int held) {
        var surplus = new ValueLayout[held];
        Arrays.fill(surplus, ValueLayout.ADDRESS);
        FunctionDescriptor run = OrtApi.Run.descriptor();
        return Linker.nativeLinker().downcallHandle(run.appendArgumentLayouts(surplus));
    }

    /** Keeps the arena of {@code segment} open during the call. */
    void hold(MemorySegment segment) {
        for (int i = 0; i < count; i++) {
            if (held[i].scope().equals(segment.scope())) {
                return;
            }
        }
        if (count < HELD) {
            held[count++] = segment;
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
            throw new TensorException("the tensors of one run come from more than " + (MOST + HELD)
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
        }
    }

    /** {@code OrtApi::Run}. */
    MemorySegment invoke(MemorySegment function, MemorySegment session, MemorySegment options,
                         MemorySegment inputNames, MemorySegment inputs, long inputCount,
                         MemorySegment outputNames, long outputCount, MemorySegment outputs) {
        try {
            if (more.isEmpty()) {
                return (MemorySegment) HOLDING.invokeExact(function, session, options, inputNames, inputs, inputCount,
                    outputNames, outputCount, outputs, held[0], held[1], held[2], held[3]);
            }
            var all = new ArrayList<Object>(List.of(function, session, options, inputNames, inputs, inputCount,
                outputNames, outputCount, outputs));
            all.addAll(Arrays.asList(held));
            all.addAll(more);
            return (MemorySegment) downcall(HELD + more.size()).invokeWithArguments(all);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws unchecked exceptions only", e);
        }
    }
}
