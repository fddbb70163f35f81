package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.onnx.ModelBuilder;
import dev.gpux.onnx.OnnxDataType;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.onnx.OnnxWriter;
import dev.gpux.onnx.Property;
import dev.gpux.onnx.WeightPlacement;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every option of sessions and runs, by what it does. */
@Timeout(120)
class OptionsTest {
    private final Arena arena = Arena.ofConfined();
    private final SessionOptions options = new SessionOptions();
    private final RunOptions runOptions = new RunOptions();
    @TempDir
    Path folder;

    @AfterEach
    void close() {
        options.close();
        runOptions.close();
        arena.close();
    }

    private float[] runs(Session session) {
        try (session; var outputs = session.run(Map.of("x", Tensor.of(arena, new float[] {1, 1}, 2)))) {
            return outputs.tensor("y").floats();
        }
    }

    private Session open(UnaryOperator<SessionOptions> set) {
        return Session.open(Models.bytes(Models.plus(1, 2)), set.apply(options));
    }

    private static long threads() throws IOException {
        var status = Path.of("/proc/self/task");
        assumeTrue(Files.isDirectory(status), "the threads of this process cannot be counted here");
        try (var tasks = Files.list(status)) {
            return tasks.count();
        }
    }

    /** ORT starts all threads of each pool but one: the thread that calls works, too. */
    @ParameterizedTest
    @CsvSource({"1, 1, false, 0", "7, 1, false, 6", "1, 7, true, 6", "5, 7, true, 10"})
    void threadPools(int intraOp, int interOp, boolean parallel, int expected) throws IOException {
        // The JVM starts and ends threads of its own: the most of a few tries would err only one way.
        long most = Long.MIN_VALUE;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = threads();
            try (var session = open(o -> o.intraOpThreads(intraOp).interOpThreads(interOp).parallel(parallel))) {
                long more = threads() - before;
                most = Math.max(most, more);
                least = Math.min(least, more);
            }
        }
        assertTrue(most >= expected && least <= expected,
            "expected " + expected + ", found " + least + " to " + most);
    }

    @Test
    void numbersOfThreads() {
        assertThrows(IllegalArgumentException.class, () -> options.intraOpThreads(-1));
        assertThrows(IllegalArgumentException.class, () -> options.interOpThreads(-1));
        assertThrows(IllegalArgumentException.class, () -> options.intraOpThreads(1_000_000));
        assertThrows(IllegalArgumentException.class, () -> options.config("session.x\0", "1"));
        assertThrows(IllegalArgumentException.class, () -> options.config("session.x", "1\0"));
        assertArrayEquals(new float[] {2, 3}, runs(open(o -> o.intraOpThreads(0).interOpThreads(0).spin(true))));
    }

    @Test
    void idleThreadsDoNotSpinUnlessTold() {
        try (var log = new Log()) {
            open(o -> o.log("spin", LogSeverity.INFO)).close();
            open(o -> o.spin(true)).close();
            // ORT logs the entries of a session's configuration.
            assertTrue(log.hasText("session.intra_op.allow_spinning: 0"), log::toString);
            assertTrue(log.hasText("session.inter_op.allow_spinning: 0"), log::toString);
            assertTrue(log.hasText("session.intra_op.allow_spinning: 1"), log::toString);
        }
    }

    /** Two constants, their sum, and two Identities around it. */
    private static final byte[] FOLDABLE = Models.bytes(ModelBuilder.create().input("x", OnnxDataType.FLOAT, 2)
        .initializer("a", new long[] {2}, 1f, 2f).initializer("b", new long[] {2}, 3f, 4f)
        .node("Add", List.of("a", "b"), List.of("c")).node("Identity", List.of("c"), List.of("d"))
        .node("Add", List.of("x", "d"), List.of("e")).node("Identity", List.of("e"), List.of("y"))
        .output("y", OnnxDataType.FLOAT, 2));

    @ParameterizedTest
    @EnumSource
    void rewritesTheGraphAsFarAsTold(GraphOptimization level) throws IOException {
        var file = folder.resolve("optimized ü.onnx");
        assertArrayEquals(new float[] {5, 7},
            runs(Session.open(FOLDABLE, options.graphOptimization(level).optimizedModelPath(file))));
        try (var optimized = OnnxModel.open(file)) {
            assertEquals(level == GraphOptimization.NONE ? 4 : 1, optimized.graph().nodes().size());
        }
    }

    @Test
    void configurationEntries() throws IOException {
        var file = folder.resolve("model.ort");
        open(o -> o.config("session.save_model_format", "ORT").optimizedModelPath(file)).close();
        assertEquals("ORTM", new String(Files.readAllBytes(file), 4, 4, StandardCharsets.US_ASCII));
        try (var fresh = new SessionOptions()) {
            assertArrayEquals(new float[] {2, 3}, runs(Session.open(file, fresh)));
        }
        assertThrows(OrtException.class, () -> options.config("", "1"));
        assertThrows(OrtException.class, () -> options.config("k".repeat(5000), "1"));
    }

    /** ORT reads such a model where it lies: from a mapped file, and from a copy of an array. */
    @Test
    void modelsReadInPlace() throws IOException {
        var file = folder.resolve("model.ort");
        open(o -> o.config("session.save_model_format", "ORT").optimizedModelPath(file)).close();
        try (var inPlace = new SessionOptions()) {
            inPlace.config("session.use_ort_model_bytes_directly", "1")
                .config("session.use_ort_model_bytes_for_initializers", "1");
            var session = Session.open(Files.readAllBytes(file), inPlace);
            for (int i = 0; i < 100; i++) {
                // What freed memory would be overwritten by.
                try (var other = Arena.ofConfined()) {
                    other.allocate(Files.size(file)).fill((byte) 0x55);
                }
            }
            System.gc();
            assertArrayEquals(new float[] {2, 3}, runs(session));
            Session mapped;
            try (var shared = Arena.ofShared(); var channel = FileChannel.open(file)) {
                var bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), shared);
                mapped = Session.open(bytes, inPlace);
                try (var outputs = mapped.run(Map.of("x", Tensor.of(arena, new float[] {1, 1}, 2)));
                     var prepared = mapped.prepare().build()) {
                    prepared.run();
                    assertArrayEquals(new float[] {1, 2}, prepared.output("y").floats());
                    assertArrayEquals(new float[] {2, 3}, outputs.tensor("y").floats());
                }
            }
            var e = assertThrows(IllegalStateException.class, () -> runs(mapped));
            assertTrue(e.getMessage().contains("closed"), e::getMessage);
        }
    }

    @Test
    void memoryOfTheCpu() {
        try (var log = new Log()) {
            assertArrayEquals(new float[] {2, 3}, runs(open(o -> o.log("m", LogSeverity.VERBOSE).memoryPattern(false))));
            assertTrue(log.hasText("enable_mem_pattern:0"), log::toString);
            assertTrue(log.hasText("enable_cpu_mem_arena:1"), log::toString);
        }
        try (var log = new Log()) {
            assertArrayEquals(new float[] {2, 3}, runs(open(o -> o.memoryPattern(true).cpuArena(false))));
            assertTrue(log.hasText("enable_mem_pattern:1"), log::toString);
            assertTrue(log.hasText("enable_cpu_mem_arena:0"), log::toString);
            assertArrayEquals(new float[] {2, 3}, runs(open(o -> o.cpuArena(true).deterministic(true))));
            assertTrue(log.hasText("use_deterministic_compute:1"), log::toString);
        }
    }

    @Test
    void profiling() throws IOException {
        var session = open(o -> o.profiling(folder.resolve("profile ü")));
        try (session; var outputs = session.run(Map.of("x", Tensor.of(arena, new float[2], 2)))) {
            var file = session.endProfiling();
            assertEquals(folder, file.getParent());
            assertTrue(file.getFileName().toString().startsWith("profile ü"), file::toString);
            var text = Files.readString(file);
            assertTrue(text.startsWith("[") && text.contains("Add"), text);
            assertEquals(1, outputs.names().size());
        }
        try (var fresh = new SessionOptions(); var without = Session.open(FOLDABLE, fresh)) {
            assertThrows(IllegalStateException.class, without::endProfiling);
        }
    }

    @Test
    void theLogNamesTheSession() {
        try (var log = new Log()) {
            open(o -> o.log("grüner Tee", LogSeverity.INFO)).close();
            assertTrue(log.has(m -> m.id().equals("grüner Tee") && m.severity() == LogSeverity.INFO), log::toString);
            assertFalse(log.has(m -> m.id().equals("grüner Tee") && m.severity() == LogSeverity.VERBOSE), log::toString);
        }
        try (var log = new Log()) {
            open(o -> o.log("schwarzer Tee", LogSeverity.ERROR)).close();
            assertFalse(log.has(m -> m.id().equals("schwarzer Tee")), log::toString);
        }
    }

    @Test
    void globalThreadsNeedAnEnvironmentThatHasThem() {
        // LifecycleTest shows that it works where the environment has them.
        assertThrows(OrtException.class, () -> open(SessionOptions::useGlobalThreads));
    }

    @Test
    void replacedInitializers() {
        var w = Tensor.of(arena, new float[] {30, 40}, 2);
        assertArrayEquals(new float[] {31, 41}, runs(open(o -> o.initializer("w", w))));
        // Every other session of these options has it, too, and runs and prepared runs read it where it lies.
        try (var session = open(o -> o); var prepared = session.prepare().build()) {
            prepared.input("x").segment().fill((byte) 0);
            prepared.run();
            assertArrayEquals(new float[] {30, 40}, prepared.output("y").floats());
        }
    }

    @Test
    void initializersOfAModelWithoutItsFile() {
        var model = ModelBuilder.create().input("x", OnnxDataType.FLOAT, 2)
            .initializer(dev.gpux.onnx.Tensor.ofExternal("w", OnnxDataType.FLOAT, new long[] {2}, List.of(
                new Property("location", "weights.bin"), new Property("offset", "0"), new Property("length", "8"))))
            .node("Add", List.of("x", "w"), List.of("y")).output("y", OnnxDataType.FLOAT, 2).build();
        var bytes = OnnxWriter.toBytes(model, WeightPlacement.AS_REFERENCED);
        options.externalInitializers(Map.of("w", Tensor.of(arena, new float[] {7, 8}, 2)));
        assertArrayEquals(new float[] {8, 9}, runs(Session.open(bytes, options)));
    }

    @Test
    void librariesAndProvidersThatAreNotThere() {
        var library = folder.resolve("none.so");
        var e = assertThrows(OrtException.class, () -> options.customOps(library));
        assertTrue(e.getMessage().contains("none.so"), e::getMessage);
        assertThrows(OrtException.class, () -> options.appendProvider("NoSuchProvider", Map.of()));
        assertThrows(OrtException.class, () -> options.appendProvider("", Map.of("a", "b")));
        assertArrayEquals(new float[] {2, 3}, runs(open(o -> o)), "the options are as good as before");
    }

    @Test
    void runsAreToldApartInTheLog() {
        try (var log = new Log(); var session = open(o -> o.log("session", LogSeverity.INFO));
             var outputs = session.run(Map.of("x", Tensor.of(arena, new float[2], 2)), List.of("y"),
                 runOptions.log("Lauf 7", LogSeverity.VERBOSE))) {
            assertTrue(log.hasText("Lauf 7"), log::toString);
            assertEquals(1, outputs.names().size());
        }
    }

    @Test
    void configurationEntriesOfRuns() {
        try (var session = open(o -> o); var prepared = session.prepare().options(runOptions).build()) {
            var inputs = Map.of("x", Tensor.of(arena, new float[2], 2));
            runOptions.config("memory.enable_memory_arena_shrinkage", "cpu:0");
            session.run(inputs, List.of("y"), runOptions).close();
            prepared.run();
            // That ORT refuses a device that is none shows that it reads the entry.
            runOptions.config("memory.enable_memory_arena_shrinkage", "toaster:0");
            assertThrows(OrtException.class, () -> session.run(inputs, List.of("y"), runOptions));
            assertThrows(OrtException.class, prepared::run);
            assertThrows(OrtException.class, () -> runOptions.config("", "1"));
        }
    }

    @Test
    void terminatedBeforeARunAndResetAfterwards() {
        try (var session = open(o -> o); var prepared = session.prepare().options(runOptions).build()) {
            var inputs = Map.of("x", Tensor.of(arena, new float[2], 2));
            runOptions.terminate();
            assertThrows(OrtException.class, () -> session.run(inputs, List.of("y"), runOptions));
            assertThrows(OrtException.class, prepared::run);
            runOptions.reset();
            session.run(inputs, List.of("y"), runOptions).close();
            prepared.run();
        }
    }

    @Test
    void terminatedDuringARun() throws Exception {
        try (var log = new Log();
             var session = Session.open(Models.bytes(Models.loop()), options.log("", LogSeverity.INFO))) {
            runOptions.log("endless", LogSeverity.INFO);
            var x = Tensor.of(Arena.ofAuto(), new float[1], 1);
            var rounds = Tensor.of(Arena.ofAuto(), new long[] {Long.MAX_VALUE});
            var thrown = new ArrayList<Throwable>();
            var runner = Thread.ofPlatform().start(() -> {
                try {
                    session.run(Map.of("x", x, "rounds", rounds), List.of("y"), runOptions).close();
                } catch (Throwable e) {
                    thrown.add(e);
                }
            });
            try {
                log.await("endless");
            } finally {
                runOptions.terminate();
            }
            runner.join();
            assertTrue(thrown.getFirst() instanceof OrtException e && e.getMessage().contains("terminate"),
                thrown::toString);
        }
    }

    @Test
    void closedOptions() {
        try (var session = open(o -> o); var prepared = session.prepare().options(runOptions).build()) {
            options.close();
            options.close();
            runOptions.close();
            runOptions.close();
            assertThrows(IllegalStateException.class, () -> options.config("a", "b"));
            assertThrows(IllegalStateException.class, () -> options.intraOpThreads(1));
            assertThrows(IllegalStateException.class, () -> Session.open(FOLDABLE, options));
            assertThrows(IllegalStateException.class, () -> runOptions.config("a", "b"));
            assertThrows(IllegalStateException.class, runOptions::terminate);
            assertThrows(IllegalStateException.class, runOptions::handle);
            assertThrows(IllegalStateException.class, prepared::run);
            assertThrows(IllegalStateException.class,
                () -> session.run(Map.of("x", Tensor.of(arena, new float[2], 2)), List.of("y"), runOptions));
        }
    }
}
