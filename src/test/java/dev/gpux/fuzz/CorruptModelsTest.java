package dev.gpux.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged models, opened and run as GPUX does it: whatever was done to them, there is an error or a result, and never
 * the end of the process. {@code -Dgpux.corrupt=10000} for the long form, {@code -Dgpux.corrupt.first=N} to look at
 * one, {@code -Dgpux.corrupt.keep=FOLDER} to keep those that it died of.
 */
class CorruptModelsTest {
    private static final int COUNT = Integer.getInteger("gpux.corrupt", 500);
    private static final int FIRST = Integer.getInteger("gpux.corrupt.first", 0);
    /** Without a sign of life for so long, it hangs. */
    private static final long HANG_SECONDS = 300;
    /** Address space of the process, which has a JVM in it: what asks for more is refused. */
    private static final long MOST_KILOBYTES = 12_000_000;

    @TempDir
    Path folder;
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    @Test
    void anErrorOrAResult() throws IOException, InterruptedException {
        if (!CorruptModels.areThere()) {
            var words = "needs the ONNX reference cases: apt-get install libonnx-testdata";
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail(words);
            }
            abort(words);
        }
        int next = FIRST;
        while (next < FIRST + COUNT) {
            var death = run(next, FIRST + COUNT);
            next = FIRST + read();
            if (next < FIRST + COUNT || death.startsWith("hangs")) {
                died(next++, death);
            }
        }
        System.out.println("damaged models: " + outcomes);
        assertEquals("", String.join("\n", wrong));
        // Else it would test one check only.
        for (var outcome : List.of("refused", "refused-by-ort", "ran")) {
            assertTrue(outcomes.getOrDefault(outcome, 0) > COUNT / 50, outcomes::toString);
        }
    }

    private void died(int number, String death) throws IOException {
        outcomes.merge("died", 1, Integer::sum);
        if (!dividesByZero(death)) {
            wrong.add(number + " (" + CorruptModels.damage(number) + "): " + death);
        }
        Files.writeString(log(), Files.readString(log()).stripTrailing() + " died\n");
        var keep = System.getProperty("gpux.corrupt.keep");
        if (keep != null) {
            Files.copy(folder.resolve("models/model.onnx"), Path.of(keep).resolve(number + ".onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** ONNX Runtime 1.22 divides integers by a zero among the inputs (Mod); 1.29 says so instead. */
    private static boolean dividesByZero(String death) {
        return death.contains("SIGFPE") && System.getProperty("ort.version", "").startsWith("1.22.");
    }

    private Path log() {
        return folder.resolve("log.txt");
    }

    /** Runs until it ends; how, in words. */
    private String run(int from, int to) throws IOException, InterruptedException {
        var crash = folder.resolve("crash.log");
        Files.deleteIfExists(crash);
        var java = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash",
            // Threads take address space, and a machine with many processors has many.
            "-XX:ActiveProcessorCount=2",
            "-XX:ErrorFile=" + crash, "-Dgpux.models=" + System.getProperty("gpux.models"),
            "-cp", ClassPath.ofTests(),
            CorruptModelsProcess.class.getName(), folder.toString(), String.valueOf(from), String.valueOf(to));
        var command = new ArrayList<>(List.of("sh", "-c", "ulimit -v " + MOST_KILOBYTES + "; exec \"$@\"", "sh"));
        command.addAll(java);
        var process = new ProcessBuilder(command).redirectOutput(Redirect.DISCARD)
            .redirectError(folder.resolve("err.txt").toFile()).start();
        long size = 0;
        while (!process.waitFor(HANG_SECONDS, TimeUnit.SECONDS)) {
            long now = Files.exists(log()) ? Files.size(log()) : 0;
            if (now == size) {
                process.destroyForcibly().waitFor();
                return "hangs";
            }
            size = now;
        }
        var words = Files.exists(crash) ? Files.readString(crash).lines()
            .filter(line -> line.startsWith("#  SIG") || line.startsWith("# C ")).toList().toString() : "";
        return "exit code " + process.exitValue() + " " + words + tail(folder.resolve("err.txt"));
    }

    private static String tail(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return text.substring(Math.max(0, text.length() - 300));
    }

    /** How many models the log has an outcome of. */
    private int read() throws IOException {
        outcomes.clear();
        int done = 0;
        wrong.removeIf(line -> line.contains("WRONG"));
        for (var line : Files.readAllLines(log(), StandardCharsets.ISO_8859_1)) {
            var words = line.split(" ", 3);
            if (words.length > 1 && !words[1].isEmpty()) {
                done++;
                outcomes.merge(words[1], 1, Integer::sum);
                if (words[1].equals("WRONG")) {
                    wrong.add(line);
                }
            }
        }
        return done;
    }
}
