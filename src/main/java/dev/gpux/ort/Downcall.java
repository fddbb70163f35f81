package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.MemorySegment.ofAddress;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;

/**
 * The shapes in which this package calls every function of the C API: up to twelve pointers, which serve for all, and
 * two that are linked when a process makes many calls, up to seven words and a run's.
 *
 * <p>Linking a shape of call costs the JVM more than the call that follows, and a short command makes a call or two of
 * some forty functions. The generated bindings link each function by itself, which is a quarter of a second at start-up;
 * one shape for all is a few milliseconds ({@code docs/performance.md}). It works because every argument of the C API
 * is a pointer or an integer: a number travels as a pointer of that value does, in a register or a slot of eight bytes
 * of which the function reads as much as it declares. Surplus arguments are NULL and never looked at, since in every
 * calling convention that the JDK's linker supports the caller owns the argument area. What a function returns is a
 * pointer, an integer in the lower bits of one, or, where it returns nothing, of no meaning.
 *
 * <p>With pointers, the FFM API keeps the segments that a call receives alive while it runs and refuses dead ones, as
 * always. Words are for the short calls of every run: nothing is checked and nothing can end up on the heap, and the
 * caller vouches for what they point to. A run's shape holds two segments, the session's and one more; each of the twelve
 * would cost a look at what it belongs to.
 *
 * <p>No call is {@code critical}: that would save three nanoseconds of ten ({@code GetTensorMutableData}), and a thread
 * in such a call keeps the garbage collector waiting, whatever ORT does meanwhile.
 *
 * <p>A {@linkplain ShortProcess short process} links eight words and nothing else, in half the time: all its calls go
 * through them, which look themselves whether segments are open, and nobody notices if another thread closes one
 * meanwhile.
 */
final class Downcall {
    /** The most arguments of a call with pointers. */
    static final int POINTERS = 12;
    /** The most arguments of a call with words. */
    static final int WORDS = 7;

    /** So many calls are made with pointers, before it is worth the milliseconds to link a shape of their own. */
    private static final int FEW = 500;

    private static final boolean SHORT = ShortProcess.declared();
    /** Counts down to 0; threads that race here make a few calls more or less the one way. */
    private static int few = SHORT ? Integer.MAX_VALUE : FEW;

    private static final class Pointers {
        private static final MethodHandle HANDLE = link(POINTERS);
    }

    /** What a short process has instead. */
    private static final class ShortWords {
        private static final MethodHandle HANDLE = link(HeldMemory.ARGUMENTS, ValueLayout.JAVA_LONG);
    }

    /** Linked when a process has made {@link #FEW} calls. */
    private static final class Words {
        private static final MethodHandle HANDLE = link(WORDS, ValueLayout.JAVA_LONG);
    }

    /** As {@link Words}. */
    private static final class Runs {
        private static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    }

    private Downcall() { }

    /** Links what the first call would link. */
    static void linkNow() {
        link(SHORT ? ShortWords.HANDLE : Pointers.HANDLE);
    }

    private static void link(MethodHandle linked) {
        Objects.requireNonNull(linked);
    }

    /** A call with {@code pointers} arguments. */
    static MethodHandle link(int pointers) {
        return link(pointers, ValueLayout.ADDRESS);
    }

    private static MethodHandle link(int count, ValueLayout layout) {
        var arguments = new ValueLayout[count];
        Arrays.fill(arguments, layout);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
    }

    /** What it returns: a pointer's address, or an integer in the lower bits. */
    static long words(MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
        return few > 0 ? oneOfFew(function, a, b, c, d, e, f, g) : oneOfMany(function, a, b, c, d, e, f, g);
    }

    private static long oneOfFew(MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
        few--;
        return pointers(function, ofAddress(a), ofAddress(b), ofAddress(c), ofAddress(d), ofAddress(e), ofAddress(f),
            ofAddress(g), NULL, NULL, NULL, NULL, NULL);
    }

    private static long oneOfMany(MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
        try {
            return (long) Words.HANDLE.invokeExact(function, a, b, c, d, e, f, g);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    /** As {@link #words}; surplus arguments are NULL. */
    static long pointers(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
        return pointers(function, a, b, c, d, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    }

    static long pointers(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c,
                         MemorySegment d, MemorySegment e, MemorySegment f, MemorySegment g, MemorySegment h,
                         MemorySegment i, MemorySegment j, MemorySegment k, MemorySegment l) {
        if (SHORT) {
            return unchecked(function, a, b, c, d, e, f, g, h, i, j, k, l);
        }
        try {
            return (long) Pointers.HANDLE.invokeExact(function, a, b, c, d, e, f, g, h, i, j, k, l);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    /** {@code OrtApi::RunWithBinding}; the caller keeps the binding alive. */
    static long runWithBinding(MemorySegment function, MemorySegment session, MemorySegment options, long binding) {
        if (few > 0) {
            few--;
            return pointers(function, session, options, ofAddress(binding), NULL);
        }
        try {
            return (long) Runs.HANDLE.invokeExact(function, session, options.address(), binding, 0L, 0L, 0L, 0L, 0L,
                options);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    /**
     * {@code OrtApi::Run} without options; {@code held} stays open meanwhile, and the caller keeps alive what the other
     * addresses point to.
     */
    static long run(MemorySegment function, MemorySegment session, long inputNames, long inputs, long inputCount,
                    long outputNames, long outputCount, long outputs, Arena held) {
        if (few > 0) {
            few--;
            return run(function, session, NULL, ofAddress(inputNames), inputs, inputCount, ofAddress(outputNames),
                outputCount, outputs, held, NULL, NULL, NULL);
        }
        try {
            return (long) Runs.HANDLE.invokeExact(function, session, 0L, inputNames, inputs, inputCount, outputNames,
                outputCount, outputs, HeldMemory.anchor(held));
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    /**
     * {@code OrtApi::Run}; {@code held} and {@code j} to {@code l} stay open meanwhile. The segments of addresses and
     * numbers are made in here, where the JIT compiler sees that nobody keeps them.
     */
    static long run(MemorySegment function, MemorySegment session, MemorySegment options, MemorySegment inputNames,
                    long inputs, long inputCount, MemorySegment outputNames, long outputCount, long outputs,
                    Arena held, MemorySegment j, MemorySegment k, MemorySegment l) {
        if (SHORT) {
            return unchecked(function, session, options, inputNames, ofAddress(inputs), ofAddress(inputCount),
                outputNames, ofAddress(outputCount), ofAddress(outputs), HeldMemory.anchor(held), j, k, l);
        }
        try {
            return (long) Pointers.HANDLE.invokeExact(function, session, options, inputNames, ofAddress(inputs),
                ofAddress(inputCount), outputNames, ofAddress(outputCount), ofAddress(outputs),
                HeldMemory.anchor(held), j, k, l);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    static void requireOpen(MemorySegment segment) {
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("Already closed");
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("this memory is in the confined arena of another thread");
        }
    }

    /** With words: the first eight are the function's arguments, all are what it needs. */
    private static long unchecked(MemorySegment function, MemorySegment... segments) {
        for (var segment : segments) {
            requireOpen(segment);
        }
        try {
            return (long) ShortWords.HANDLE.invokeExact(function, segments[0].address(), segments[1].address(),
                segments[2].address(), segments[3].address(), segments[4].address(), segments[5].address(),
                segments[6].address(), segments[7].address());
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        } finally {
            Reference.reachabilityFence(segments);
        }
    }

    static AssertionError impossible(Throwable e) {
        return new AssertionError("a downcall throws unchecked exceptions only", e);
    }
}
