package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.fuzz.ClassPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dgpux.leaks=true} says what nobody closed, and where it was made; all that is closed it does not mention. */
class LeaksTest {
    /** What one process says serves several tests. */
    private static List<String> ofOneOfEach = List.of();

    private static List<String> leaks(Class<?> program, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED"));
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-cp", ClassPath.ofTests(), program.getName()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, process.waitFor(), lines::toString);
        return lines;
    }

    @Test
    void saysWhatNobodyClosedAndWhereItWasMade() throws Exception {
        var lines = leaks(Leaky.class, "-Dgpux.leaks=true");
        for (var lost : List.of("Outputs", "PreparedRun", "RunOptions", "SessionOptions", "Session")) {
            var line = "gpux: leak: a " + lost + " was lost before it was closed; it was made";
            int at = lines.indexOf(line);
            assertTrue(at >= 0, () -> line + " is not in " + String.join("\n", lines));
            assertEquals(at, lines.lastIndexOf(line), lost);
            assertTrue(lines.subList(at + 1, lines.size()).stream().takeWhile(next -> next.startsWith("    at "))
                .anyMatch(next -> next.contains("Leaky.lose")), () -> String.join("\n", lines));
        }
        assertEquals(List.of("gpux: leak: a RunOptions is still open at the end of the process; it was made"),
            lines.stream().filter(line -> line.contains("end of the process")).toList());
        assertEquals(6, lines.stream().filter(line -> line.startsWith("gpux: leak")).count(),
            () -> String.join("\n", lines));
    }

    /** Each kind of thing that a program has to close; a device run is a binding, its options and two memories. */
    @ParameterizedTest
    @CsvSource({"Session,1", "SessionOptions,1", "RunOptions,2", "PreparedRun,1", "Outputs,1", "DeviceMemory,3",
        "DeviceBinding,1"})
    void saysWhatIsStillOpenAtTheEnd(String kind, int count) throws Exception {
        var lines = leaksOfOneOfEach();
        var line = "gpux: leak: a " + kind + " is still open at the end of the process; it was made";
        assertEquals(count, Collections.frequency(lines, line), () -> String.join("\n", lines));
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).equals(line)) {
                assertTrue(lines.subList(at + 1, lines.size()).stream().takeWhile(next -> next.startsWith("    at "))
                    .anyMatch(next -> next.contains("OneOfEach.main")), () -> String.join("\n", lines));
            }
        }
    }

    private static synchronized List<String> leaksOfOneOfEach() throws IOException, InterruptedException {
        if (ofOneOfEach.isEmpty()) {
            ofOneOfEach = leaks(OneOfEach.class, "-Dgpux.leaks=true");
        }
        return ofOneOfEach;
    }

    @Test
    void saysNothingUnasked() throws Exception {
        assertEquals(List.of(), Stream.of(leaks(Leaky.class).toArray(String[]::new))
            .filter(line -> line.contains("leak")).toList());
    }

    /** A program that loses one of each kind, and closes many. */
    static final class Leaky {
        private static RunOptions kept;

        private Leaky() { }

        public static void main(String[] args) throws InterruptedException {
            for (int i = 0; i < 20; i++) {
                close();
            }
            lose();
            kept = new RunOptions();
            for (int i = 0; i < 20; i++) {
                System.gc();
                Thread.sleep(20);
            }
            kept.toString();
        }

        private static void close() {
            try (var session = Models.open(Models.plus(1, 2)); var prepared = session.prepare().build();
                 var options = new RunOptions()) {
                prepared.run();
                session.run(Map.of("x", prepared.input("x")), List.of("y"), options).close();
            }
        }

        private static void lose() {
            var options = new SessionOptions();
            // The session holds its prepared runs, so both are lost together.
            var session = Session.open(Models.bytes(Models.plus(1, 2)), options);
            var prepared = session.prepare().build();
            session.run(Map.of("x", prepared.input("x")), List.of("y"), new RunOptions());
        }
    }

    /** A program that has one of each kind at its end, and some that it closed. */
    static final class OneOfEach {
        private static final List<Object> KEPT = new ArrayList<>();

        private OneOfEach() { }

        public static void main(String[] args) {
            var options = new SessionOptions();
            var session = Session.open(Models.bytes(Models.plus(1, 2)), options);
            var prepared = session.prepare().build();
            var runOptions = new RunOptions();
            KEPT.addAll(List.of(options, session, prepared, runOptions,
                session.run(Map.of("x", prepared.input("x")), List.of("y"), runOptions)));
            KEPT.add(session.memory(MemoryInfo.CPU));
            KEPT.add(session.prepareOnDevice(MemoryInfo.CPU).build());
            session.memory(MemoryInfo.CPU).close();
            session.prepareOnDevice(MemoryInfo.CPU).build().close();
        }
    }
}
