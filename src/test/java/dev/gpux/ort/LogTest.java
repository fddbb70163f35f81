package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ORT's log goes to the listeners and nowhere else. */
class LogTest {

    private static void makeNoise() {
        try (var options = new SessionOptions(); var arena = Arena.ofConfined();
             var session = Session.open(Models.bytes(Models.plus(1)), options.log("noise", LogSeverity.VERBOSE))) {
            session.run(Map.of("x", Tensor.of(arena, new float[1], 1))).close();
        }
    }

    @Test
    void listenersHearEveryMessageWithAllItsParts() {
        try (var log = new Log()) {
            makeNoise();
            assertTrue(log.has(m -> m.severity() == LogSeverity.VERBOSE), log::toString);
            assertTrue(log.has(m -> m.severity() == LogSeverity.INFO && m.id().equals("noise")
                && m.category().equals("onnxruntime") && m.location().contains("session")
                && m.toString().startsWith("[INFO] ") && m.toString().endsWith(m.text())), log::toString);
        }
    }

    @Test
    void aListenerThatWasRemovedHearsNothing() {
        var log = new Log();
        log.close();
        log.close();
        makeNoise();
        assertEquals("[]", log.toString());
    }

    /** An exception that left an upcall would end the JVM; one listener's must not reach another's ears either. */
    @Test
    void listenersThatThrow() {
        var count = new AtomicInteger();
        var listeners = List.<LogListener>of(
            message -> {
                throw new IllegalStateException("a listener's exception");
            },
            message -> {
                throw new AssertionError("a listener's error");
            },
            message -> overflow(0),
            message -> {
                LogTest.<RuntimeException>sneak(new Exception("a checked exception"));
            },
            message -> count.incrementAndGet());
        listeners.forEach(Environment.get()::addLogListener);
        try {
            makeNoise();
            assertTrue(count.get() > 5);
        } finally {
            listeners.forEach(Environment.get()::removeLogListener);
        }
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> void sneak(Exception e) throws E {
        throw (E) e;
    }

    /** A listener may use ORT itself, as long as it does not close what is running. */
    @Test
    void aListenerThatRunsAModel() {
        var busy = new ThreadLocal<Boolean>();
        var runs = new AtomicInteger();
        LogListener listener = message -> {
            if (busy.get() == null) {
                busy.set(true);
                try (var inner = Models.open(Models.plus(1)); var arena = Arena.ofConfined()) {
                    inner.run(Map.of("x", Tensor.of(arena, new float[1], 1))).close();
                    runs.incrementAndGet();
                } finally {
                    busy.remove();
                }
            }
        };
        Environment.get().addLogListener(listener);
        try {
            makeNoise();
            assertTrue(runs.get() > 0);
        } finally {
            Environment.get().removeLogListener(listener);
        }
    }

    /** Does in a process of its own everything that ORT has something to say about, and ends in the middle of it. */
    static final class Noise {
        public static void main(String[] arguments) throws Exception {
            var heard = new AtomicInteger();
            Environment.start(EnvironmentOptions.defaults().withLog(LogSeverity.VERBOSE,
                message -> heard.incrementAndGet()));
            makeNoise();
            for (var bytes : List.of(new byte[0], new byte[] {1, 2, 3})) {
                try (var options = new SessionOptions()) {
                    assertThrows(OrtException.class, () -> Session.open(bytes, options));
                }
            }
            try (var options = new SessionOptions()) {
                assertThrows(OrtException.class, () -> options.appendProvider("CUDA", Map.of()));
                assertThrows(OrtException.class, () -> options.customOps(Path.of("/nowhere/libnone.so")));
            }
            assertThrows(OrtException.class, () -> Session.open(Path.of("/nowhere/model.onnx")));
            var session = Models.open(Models.sumAndDifference());
            try (var arena = Arena.ofConfined()) {
                var two = Tensor.of(arena, new float[2], 2);
                var three = Tensor.of(arena, new float[3], 3);
                assertThrows(OrtException.class, () -> session.run(Map.of("a", two, "b", three)));
            }
            var before = heard.get();
            assertTrue(before > 50, () -> "heard only " + before);
            // The process ends while eight threads are in ORT, and ORT goes on logging.
            for (int i = 0; i < 8; i++) {
                Thread.ofPlatform().daemon().start(() -> {
                    while (true) {
                        makeNoise();
                    }
                });
            }
            Thread.sleep(100);
            System.out.println("done");
            System.exit(0);
        }
    }

    @Test
    void nothingIsPrinted(@TempDir Path folder) throws Exception {
        var child = Jvm.run(folder, Map.of(), List.of(), Noise.class);
        assertEquals("", child.err());
        assertEquals("done", child.out().strip());
        assertEquals(0, child.status());
        assertFalse(folder.resolve("crash.log").toFile().exists());
    }

    /** Makes noise before anybody listens, and after. */
    static final class LateNoise {
        public static void main(String[] arguments) {
            Environment.start(EnvironmentOptions.defaults().withLateLog());
            makeNoise();
            var log = new Log();
            makeNoise();
            // A library with more than the CPU is heard from the start, like any environment.
            System.out.println(log.has(m -> m.severity() == LogSeverity.INFO && m.id().equals("noise")));
            log.close();
            makeNoise();
        }
    }

    @Test
    void aLateLogPrintsNothingAndIsHeardWhenSomebodyListens(@TempDir Path folder) throws Exception {
        var child = Jvm.run(folder, Map.of(), List.of(), LateNoise.class);
        assertEquals("", child.err());
        assertEquals("true", child.out().strip());
        assertEquals(0, child.status());
    }
}
