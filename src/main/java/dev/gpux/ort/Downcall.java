package dev.gpux.ort;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * The two shapes in which this package calls every function of the C API: up to four pointers, and up to twelve.
 *
 * <p>Linking a shape of call costs the JVM more than the call that follows, and a short command makes a call or two of
 * some forty functions. The generated bindings link each function by itself, which is a quarter of a second at start-up;
 * two shapes for all are a few milliseconds ({@code docs/performance.md}). It works because every argument of the C API
 * is a pointer or an integer: a number travels as a pointer of that value does, in a register or a slot of eight bytes
 * of which the function reads as much as it declares. Surplus arguments are NULL and never looked at, since in every
 * calling convention that the JDK's linker supports the caller owns the argument area. What a function returns is a
 * pointer, an integer in the lower bits of one, or, where it returns nothing, of no meaning.
 *
 * <p>The FFM API keeps the segments that a call receives alive while it runs and refuses dead ones, as always.
 */
final class Downcall {
    /** The most arguments of {@link #few}. */
    static final int FEW = 4;
    /** The most arguments of {@link #many}. */
    static final int MANY = 12;

    private static final MethodHandle FEW_HANDLE = link(FEW);

    /** Linked when the first long call comes. */
    private static final class Long {
        private static final MethodHandle HANDLE = link(MANY);
    }

    private Downcall() { }

    /** A call with {@code pointers} arguments. */
    static MethodHandle link(int pointers) {
        var arguments = new ValueLayout[pointers];
        Arrays.fill(arguments, ValueLayout.ADDRESS);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ValueLayout.ADDRESS, arguments));
    }

    static MemorySegment few(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c,
                             MemorySegment d) {
        try {
            return (MemorySegment) FEW_HANDLE.invokeExact(function, a, b, c, d);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static MemorySegment many(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c,
                              MemorySegment d, MemorySegment e, MemorySegment f, MemorySegment g, MemorySegment h,
                              MemorySegment i, MemorySegment j, MemorySegment k, MemorySegment l) {
        try {
            return (MemorySegment) Long.HANDLE.invokeExact(function, a, b, c, d, e, f, g, h, i, j, k, l);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw impossible(failure);
        }
    }

    static AssertionError impossible(Throwable e) {
        return new AssertionError("a downcall throws unchecked exceptions only", e);
    }
}
