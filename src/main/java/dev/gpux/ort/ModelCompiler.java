package dev.gpux.ort;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * ORT's compile API: has a provider compile a model ahead of time and saves the result as a model whose nodes are
 * {@code EPContext}. Only providers with a compiler of their own can: TensorRT, QNN, OpenVINO, VitisAI. Thread-safe.
 */
public final class ModelCompiler {
    // Places in OrtCompileApi.
    private static final int RELEASE_OPTIONS = 0;
    private static final int CREATE_OPTIONS = 1;
    private static final int SET_INPUT_PATH = 2;
    private static final int SET_OUTPUT_PATH = 4;
    private static final int SET_EMBED_MODE = 7;
    private static final int COMPILE = 8;
    private static final int SET_FLAGS = 9;
    private static final int MEMBERS = 10;
    /** The version that brought {@link #SET_FLAGS}. */
    private static final int HAS_FLAGS = 23;
    private static final int ERROR_IF_NO_NODES_COMPILED = 1;

    private ModelCompiler() { }

    /**
     * Compiles a model.
     *
     * @param model its file
     * @param to where the new one goes
     * @param options with the providers that shall compile
     * @param embed whether what they compile lies in the model, not beside it
     * @param strict whether it is a failure if no provider compiled anything; before ORT 1.23 it never is. If it is
     *     none, the new model is the old one, with the CPU's rewrites of its graph
     * @throws OrtException if ORT refuses the model, cannot write the new one, or, if {@code strict}, nothing was
     *     compiled
     */
    public static void compile(Path model, Path to, SessionOptions options, boolean embed, boolean strict) {
        var environment = Environment.get();
        var api = environment.gate();
        var table = Api.value(Downcall.pointers(api.pointer(ApiFunction.GET_COMPILE_API), NULL, NULL, NULL, NULL))
            .reinterpret((api.version() >= HAS_FLAGS ? MEMBERS : SET_FLAGS) * ADDRESS.byteSize());
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            api.check(call(table, CREATE_OPTIONS, environment.handle(), options.handle(), out));
            var compile = out.get(ADDRESS, 0);
            try {
                api.check(call(table, SET_INPUT_PATH, compile, NativePath.of(arena, model), NULL));
                api.check(call(table, SET_OUTPUT_PATH, compile, NativePath.of(arena, to), NULL));
                api.check(call(table, SET_EMBED_MODE, compile, Api.value(embed ? 1 : 0), NULL));
                if (strict && api.version() >= HAS_FLAGS) {
                    api.check(call(table, SET_FLAGS, compile, Api.value(ERROR_IF_NO_NODES_COMPILED), NULL));
                }
                api.check(call(table, COMPILE, environment.handle(), compile, NULL));
            } finally {
                call(table, RELEASE_OPTIONS, compile, NULL, NULL);
            }
        }
    }

    private static MemorySegment call(MemorySegment table, int index, MemorySegment a, MemorySegment b,
                                      MemorySegment c) {
        return Api.value(Downcall.pointers(table.getAtIndex(ADDRESS, index), a, b, c, NULL));
    }
}
