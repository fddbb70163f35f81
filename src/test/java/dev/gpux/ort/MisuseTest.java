package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.onnx.ModelBuilder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a program does wrong with one thread at a time ends in an exception. Where a bug here would read freed memory,
 * that memory is a mapped file, so that reading it after its end is a crash and not luck.
 */
class MisuseTest {
    @TempDir
    Path folder;
    private Session session;
    private int files;

    @BeforeEach
    void open() {
        session = Models.open(Models.plus(1, 2));
    }

    @AfterEach
    void close() {
        session.close();
    }

    /** Two zeros that are unmapped when {@code arena} ends. */
    private MemorySegment mapped(Arena arena) throws IOException {
        try (var channel = FileChannel.open(folder.resolve("memory" + files++), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(MapMode.READ_WRITE, 0, 8, arena);
        }
    }

    private Tensor mappedTensor(Arena arena) throws IOException {
        return Tensor.wrap(arena, ElementType.FLOAT32, mapped(arena), 2);
    }

    private static void isClosed(Executable use) {
        var e = assertThrows(IllegalStateException.class, use);
        assertTrue(e.getMessage().contains("closed"), e::getMessage);
    }

    private static void refused(String word, Executable use) {
        var e = assertThrows(TensorException.class, use);
        assertTrue(e.getMessage().contains("'x'") && e.getMessage().contains(word), e::getMessage);
    }

    /** Runs on another thread and throws what was thrown there. */
    private static void elsewhere(Executable use) throws Throwable {
        var task = new FutureTask<Void>(() -> {
            try {
                use.execute();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            return null;
        });
        Thread.ofPlatform().start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    @Test
    void aSessionAfterItsClose() {
        try (var arena = Arena.ofConfined(); var options = new RunOptions()) {
            var inputs = Map.of("x", Tensor.of(arena, new float[2], 2));
            var fresh = session.prepare();
            session.inputs();
            session.outputs();
            session.close();
            session.close();
            isClosed(() -> session.run(inputs));
            isClosed(() -> session.run(inputs, List.of("y"), options));
            isClosed(() -> session.run(arena, inputs));
            isClosed(() -> session.run(Map.of()));
            isClosed(session::prepare);
            isClosed(fresh::build);
            isClosed(session::inputs);
            isClosed(session::outputs);
            isClosed(session::overridableInitializers);
            isClosed(session::metadata);
            isClosed(session::assignment);
            isClosed(session::endProfiling);
            assertTrue(session.toString().contains("x -> y"));
        }
    }

    @Test
    void whatARunGaveAfterTheSessionsClose() {
        try (var arena = Arena.ofConfined(); var outputs = session.run(Map.of("x", Tensor.of(arena, new float[2], 2)))) {
            session.close();
            assertArrayEquals(new float[] {1, 2}, outputs.tensor("y").floats());
            outputs.tensor("y").segment().set(JAVA_FLOAT, 0, 5);
        }
    }

    @Test
    void outputsAfterTheirClose() throws Throwable {
        try (var arena = Arena.ofConfined()) {
            var outputs = session.run(Map.of("x", Tensor.of(arena, new float[2], 2)));
            var y = outputs.tensor("y");
            assertThrows(WrongThreadException.class, () -> elsewhere(outputs::close));
            assertThrows(WrongThreadException.class, () -> elsewhere(() -> y.floats()));
            assertThrows(TensorException.class, () -> elsewhere(() -> session.run(Map.of("x", y))));
            outputs.close();
            outputs.close();
            isClosed(y::floats);
            isClosed(() -> y.segment().get(JAVA_FLOAT, 0));
            refused("closed", () -> session.run(Map.of("x", y)));
            assertEquals("float32[2]", y.toString());
        }
    }

    @Test
    void aPreparedRunAfterItsClose() throws Throwable {
        var prepared = session.prepare().build();
        var x = prepared.input("x");
        assertThrows(WrongThreadException.class, () -> elsewhere(prepared::run));
        assertThrows(WrongThreadException.class, () -> elsewhere(prepared::close));
        assertThrows(WrongThreadException.class, () -> elsewhere(() -> x.segment().get(JAVA_FLOAT, 0)));
        refused("another thread", () -> elsewhere(() -> session.run(Map.of("x", x))));
        prepared.run();
        prepared.close();
        prepared.close();
        isClosed(prepared::run);
        isClosed(() -> prepared.output("y").floats());
        isClosed(() -> prepared.input("x").floats());
        refused("closed", () -> session.run(Map.of("x", x)));
        refused("closed", () -> session.prepare().input("x", x).build());
    }

    @Test
    void aPreparedRunAfterTheSessionsClose() {
        try (var fixed = session.prepare().build();
             var other = Models.open(Models.nonZero()); var variable = other.prepare().input("x", 2).build()) {
            fixed.run();
            variable.run();
            var at = variable.output("at");
            session.close();
            other.close();
            isClosed(fixed::run);
            isClosed(variable::run);
            assertArrayEquals(new float[] {1, 2}, fixed.output("y").floats(), "what there was can still be read");
            assertEquals(Shape.of(1, 0), at.shape());
            assertSame(at, variable.output("at"));
        }
    }

    @Test
    void tensorsOfClosedArenas() throws IOException {
        for (var arena : List.of(Arena.ofConfined(), Arena.ofShared())) {
            var own = mappedTensor(arena);
            Tensor foreign;
            try (var keep = Arena.ofConfined(); var outer = Arena.ofShared()) {
                foreign = Tensor.wrap(outer, ElementType.FLOAT32, mapped(arena), 2);
                try (var prepared = session.prepare().input("x", own).build();
                     var second = session.prepare().output("y", foreign).build()) {
                    prepared.run();
                    second.run();
                    arena.close();
                    isClosed(prepared::run);
                    isClosed(second::run);
                }
                for (var dead : List.of(own, foreign)) {
                    isClosed(dead::floats);
                    isClosed(() -> dead.segment().fill((byte) 1));
                    refused("closed", () -> session.run(Map.of("x", dead)));
                    refused("closed", () -> session.run(keep, Map.of("x", dead)));
                    refused("closed", () -> session.prepare().input("x", dead).build());
                    assertThrows(TensorException.class, () -> session.prepare().output("y", dead).build());
                    assertThrows(RuntimeException.class, () -> SequenceValue.of(keep, List.of(dead)));
                    assertThrows(TensorException.class, () -> Tensor.wrap(keep, ElementType.INT8, dead.segment(), 1));
                    isClosed(() -> Tensor.copyOf(keep, ElementType.FLOAT32, dead.segment(), 2));
                }
            }
        }
    }

    @Test
    void tensorsOfAnotherThreadsArena() throws Throwable {
        try (var mine = Arena.ofConfined()) {
            var x = mappedTensor(mine);
            var foreign = Tensor.wrap(Arena.ofAuto(), ElementType.FLOAT32, mapped(mine), 2);
            for (var tensor : List.of(x, foreign)) {
                refused("another thread", () -> elsewhere(() -> session.run(Map.of("x", tensor))));
                refused("another thread", () -> elsewhere(() -> session.prepare().input("x", tensor).build()));
                assertThrows(TensorException.class, () ->
                    elsewhere(() -> session.prepare().output("y", tensor).build()));
                assertThrows(WrongThreadException.class, () -> elsewhere(() ->
                    SequenceValue.of(Arena.ofAuto(), List.of(tensor))));
                assertThrows(WrongThreadException.class, () -> elsewhere(() -> tensor.floats()));
            }
            assertThrows(WrongThreadException.class, () -> elsewhere(() -> session.run(mine, Map.of("x", x))));
            assertThrows(WrongThreadException.class, () -> elsewhere(() -> Tensor.of(mine, new float[1], 1)));
        }
    }

    @Test
    void stringsOfClosedArenas() {
        var arena = Arena.ofConfined();
        var texts = Tensor.ofStrings(arena, List.of("a"), 1);
        arena.close();
        isClosed(texts::strings);
        try (var identity = Models.open(Models.identity(ElementType.STRING, "n"))) {
            refused("closed", () -> identity.run(Map.of("x", texts)));
        }
    }

    @Test
    void sequencesAndMapsOfClosedArenas() throws IOException {
        var type = dev.gpux.onnx.ValueType.sequence(Models.floats());
        var model = ModelBuilder.create().input("x", type).node("Identity", List.of("x"), List.of("y"))
            .output("y", type);
        try (var identity = Models.open(model); var keep = Arena.ofConfined()) {
            var elements = Arena.ofConfined();
            var sequence = SequenceValue.of(keep, List.of(mappedTensor(elements)));
            var nested = List.of(sequence.elements().getFirst());
            identity.run(Map.of("x", sequence)).close();
            elements.close();
            refused("closed", () -> identity.run(Map.of("x", sequence)));
            isClosed(() -> SequenceValue.of(keep, nested));
            var keys = Arena.ofConfined();
            var longs = Tensor.wrap(keys, ElementType.INT64, mapped(keys), 1);
            var floats = Tensor.wrap(keys, ElementType.FLOAT32, mapped(keys), 1);
            keys.close();
            isClosed(() -> MapValue.of(keep, longs, floats));
            var gone = Arena.ofConfined();
            gone.close();
            isClosed(() -> SequenceValue.of(gone, List.of(Tensor.of(keep, new float[1], 1))));
        }
    }

    @Test
    void initializersOfClosedArenas() throws Throwable {
        var before = Arena.ofShared();
        try (var options = new SessionOptions()) {
            options.initializer("w", mappedTensor(before));
            before.close();
            isClosed(() -> Session.open(Models.bytes(Models.plus(1, 2)), options));
        }
        var after = Arena.ofShared();
        var confined = Arena.ofConfined();
        for (var arena : List.of(after, confined)) {
            try (var options = new SessionOptions(); var inputs = Arena.ofShared();
                 var opened = Session.open(Models.bytes(Models.plus(1, 2)),
                     options.initializer("w", mappedTensor(arena)));
                 var prepared = opened.prepare().build()) {
                var x = Map.of("x", Tensor.of(inputs, new float[2], 2));
                opened.run(x).close();
                prepared.run();
                if (arena == confined) {
                    assertThrows(IllegalStateException.class, () -> elsewhere(() -> opened.run(x)));
                }
                arena.close();
                isClosed(() -> opened.run(x));
                isClosed(prepared::run);
                isClosed(() -> opened.prepare().build().run());
                isClosed(() -> Session.open(Models.bytes(Models.plus(1, 2)), options));
            }
        }
        try (var options = new SessionOptions()) {
            var gone = Arena.ofConfined();
            var w = mappedTensor(gone);
            gone.close();
            isClosed(() -> options.initializer("w", w));
            isClosed(() -> options.externalInitializers(Map.of("w", w)));
        }
    }

    @Test
    void modelsOfClosedArenas() throws Throwable {
        var arena = Arena.ofConfined();
        var bytes = arena.allocate(1000);
        try (var options = new SessionOptions()) {
            assertThrows(WrongThreadException.class, () -> elsewhere(() -> {
                try (var own = new SessionOptions()) {
                    Session.open(bytes, own);
                }
            }));
            assertThrows(WrongThreadException.class, () -> elsewhere(() -> options.intraOpThreads(1)));
            assertThrows(WrongThreadException.class, () -> elsewhere(options::close));
            arena.close();
            isClosed(() -> Session.open(bytes, options));
        }
    }

    @Test
    void aRunIntoAClosedArena() {
        var closed = Arena.ofConfined();
        closed.close();
        try (var arena = Arena.ofConfined()) {
            isClosed(() -> session.run(closed, Map.of("x", Tensor.of(arena, new float[2], 2))));
        }
    }

    /** Nobody holds on to anything but the last thing that needs it. */
    @Test
    void whatIsNotHeldByTheProgramIsHeldByWhatNeedsIt() {
        var options = new SessionOptions();
        options.initializer("w", Tensor.of(Arena.ofAuto(), new float[] {5, 6}, 2));
        try (var opened = Session.open(Models.bytes(Models.plus(1, 2)), options);
             var prepared = opened.prepare().input("x", Tensor.of(Arena.ofAuto(), new float[] {1, 1}, 2)).build()) {
            options.close();
            var sequence = SequenceValue.of(Arena.ofAuto(), List.of(Tensor.of(Arena.ofAuto(), new float[] {7}, 1)));
            var wrapped = Tensor.wrap(Arena.ofAuto(), ElementType.FLOAT32, Arena.ofAuto().allocate(8, 4), 2);
            var y = (Tensor) opened.run(Arena.ofAuto(), Map.of("x", wrapped)).get("y");
            for (int i = 0; i < 20; i++) {
                System.gc();
                for (int j = 0; j < 100; j++) {
                    // What freed memory would be overwritten by.
                    Tensor.of(Arena.ofAuto(), new float[] {9, 9}, 2);
                }
            }
            prepared.run();
            assertArrayEquals(new float[] {6, 7}, prepared.output("y").floats());
            assertArrayEquals(new float[] {5, 6}, y.floats());
            assertArrayEquals(new float[] {0, 0}, wrapped.floats());
            assertArrayEquals(new float[] {7}, ((Tensor) sequence.elements().getFirst()).floats());
        }
    }
}
