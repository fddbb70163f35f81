import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OrtApi;
import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.Environment;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;

/** Memory of another native library as a tensor, and a raw C API call on GPUX's handles. */
public final class Interop {
    private static final int NUMBERS = 8;

    public static void main(String[] args) throws Throwable {
        // 1. Another native library owns the memory and fills it: here libc, with the numbers 7 … 0 sorted by qsort.
        MemorySegment numbers = ((MemorySegment) libc("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG))
            .invokeExact((long) NUMBERS * Float.BYTES)).reinterpret(NUMBERS * Float.BYTES);
        for (int i = 0; i < NUMBERS; i++) {
            numbers.setAtIndex(JAVA_FLOAT, i, NUMBERS - 1 - i);
        }
        sort(numbers);

        try (var arena = Arena.ofConfined(); var options = new SessionOptions();
             var session = Session.open(OnnxWriter.toBytes(softmax()), options)) {
            // 2. The pointer becomes a tensor as it is.
            var x = Tensor.wrap(arena, ElementType.FLOAT32, numbers, 1, NUMBERS);
            System.out.println("same address: " + (x.segment().address() == numbers.address()));

            // 3. The output is read where ORT wrote it.
            try (var outputs = session.run(Map.of("x", x))) {
                var y = outputs.tensor("y").segment();
                System.out.printf("softmax of the largest: %.4f%n", y.getAtIndex(JAVA_FLOAT, NUMBERS - 1));
            }

            // 4. Any function of the C API, on the session that dev.gpux.ort opened.
            var api = Environment.get().api();
            var count = arena.allocate(JAVA_LONG);
            MemorySegment status = OrtApi.SessionGetInputCount.invoke(
                OrtApi.SessionGetInputCount(api), session.handle(), count);
            if (status.address() != 0) {
                throw new IllegalStateException("SessionGetInputCount failed");
            }
            System.out.println("inputs, says the C API: " + count.get(JAVA_LONG, 0));
        }
        libc("free", FunctionDescriptor.ofVoid(ADDRESS)).invokeExact(numbers);
    }

    private static void sort(MemorySegment numbers) throws Throwable {
        var compare = MethodHandles.lookup().findStatic(Interop.class, "compare",
            MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        var pointer = ADDRESS.withTargetLayout(JAVA_FLOAT);
        try (var arena = Arena.ofConfined()) {
            var stub = Linker.nativeLinker().upcallStub(compare, FunctionDescriptor.of(JAVA_INT, pointer, pointer), arena);
            libc("qsort", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS))
                .invokeExact(numbers, (long) NUMBERS, (long) Float.BYTES, stub);
        }
    }

    private static int compare(MemorySegment a, MemorySegment b) {
        return Float.compare(a.get(JAVA_FLOAT, 0), b.get(JAVA_FLOAT, 0));
    }

    private static MethodHandle libc(String function, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    }

    private static OnnxModel softmax() {
        return ModelBuilder.create().irVersion(8).opset(17)
            .input("x", OnnxDataType.FLOAT, 1, NUMBERS)
            .node("Softmax", List.of("x"), List.of("y"))
            .output("y", OnnxDataType.FLOAT, 1, NUMBERS)
            .build();
    }
}
