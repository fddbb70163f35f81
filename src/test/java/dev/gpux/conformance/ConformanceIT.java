package dev.gpux.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All reference cases of the ONNX project, as Debian packages them, with {@code gpux verify} on the CPU: those in
 * {@code not-passing.txt} fail for the reason given there, and all others pass.
 */
class ConformanceIT {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data");
    /** How many cases each folder has, and how many of them the same ONNX Runtime passes through Python. */
    private static final Map<String, int[]> GROUPS = Map.of("node", new int[] {932, 883},
        "pytorch-converted", new int[] {82, 59}, "pytorch-operator", new int[] {35, 24}, "simple", new int[] {23, 17});
    private static final int CHECK_FAILED = 5;
    /** The tag of TensorProto's raw_data. */
    private static final int RAW_DATA = 0x4A;

    @TempDir
    static Path folder;
    private static final Map<String, Verdict> VERDICTS = new LinkedHashMap<>();

    /** What verify says of a case. */
    private record Verdict(String status, String detail) {
        boolean passed() {
            return status.equals("passed");
        }
    }

    @BeforeAll
    static void verify() throws IOException, InterruptedException {
        if (!Files.isDirectory(DATA)) {
            var words = "needs the ONNX reference cases: apt-get install libonnx-testdata";
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail(words);
            }
            abort(words);
        }
        var out = folder.resolve("verdicts.json");
        assertEquals(CHECK_FAILED, gpux(out, "verify", "-p", "cpu", "--json", DATA.toString()), () -> read(out));
        try (var json = new JsonFactory().createParser(out.toFile())) {
            var fields = new LinkedHashMap<String, String>();
            for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    fields.put(json.currentName(), json.getText());
                } else if (token == JsonToken.END_OBJECT && fields.containsKey("name")) {
                    VERDICTS.put(fields.get("name"),
                        new Verdict(fields.get("status"), fields.getOrDefault("detail", "")));
                    fields.clear();
                }
            }
        }
    }

    /** Runs the command; its two outputs go to a file. */
    private static int gpux(Path out, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-jar", System.getProperty("gpux.jar")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start().waitFor();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean isTrue(String condition) {
        var words = condition.split(" ");
        return switch (words[0]) {
            case "before" -> isOlder(System.getProperty("ort.version"), words[1]);
            case "without-locale" -> !hasLocale(words[1]);
            default -> throw new AssertionError("no such condition: " + condition);
        };
    }

    private static boolean isOlder(String version, String than) {
        return Runtime.Version.parse(withoutZeros(version)).compareTo(Runtime.Version.parse(withoutZeros(than))) < 0;
    }

    /** 1.29.0 as Java writes versions: 1.29. */
    private static String withoutZeros(String version) {
        return version.replaceAll("(\\.0)+$", "");
    }

    private static boolean hasLocale(String name) {
        try {
            var process = new ProcessBuilder("locale", "-a").redirectErrorStream(true).start();
            var known = new String(process.getInputStream().readAllBytes()).toLowerCase(Locale.ROOT).replace("-", "");
            return known.lines().anyMatch(name.toLowerCase(Locale.ROOT).replace("-", "")::equals);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void allCasesAreRun() {
        GROUPS.forEach((group, counts) -> assertEquals(counts[0], names(group).size(), group));
        assertTrue(VERDICTS.values().stream().noneMatch(verdict -> verdict.status.equals("skipped")));
    }

    private static List<String> names(String group) {
        return VERDICTS.keySet().stream().filter(name -> name.startsWith(group + "/")).toList();
    }

    @Test
    void asManyPassAsThroughPython() {
        GROUPS.forEach((group, counts) -> {
            long passed = names(group).stream().filter(name -> VERDICTS.get(name).passed()).count();
            // What the oldest ONNX Runtime lacks is in the list.
            assertTrue(passed >= counts[1] - (isTrue("before 1.29") ? 5 : 0), group + ": " + passed + " passed");
        });
    }

    @Test
    void whatDoesNotPassIsInTheListWithItsReason() {
        var list = NotPassing.read("not-passing.txt");
        var wrong = new ArrayList<String>();
        var unknown = new TreeSet<>(list.keySet());
        unknown.removeAll(VERDICTS.keySet());
        unknown.forEach(name -> wrong.add(name + " is in the list, but there is no such case"));
        VERDICTS.forEach((name, verdict) -> {
            var expected = list.get(name);
            if (expected == null || !expected.holds(ConformanceIT::isTrue)) {
                if (!verdict.passed()) {
                    wrong.add(name + " is new: " + verdict.detail);
                }
            } else if (verdict.passed() ? !expected.mayPass() : !verdict.detail.contains(expected.says())) {
                wrong.add(name + (verdict.passed() ? " passes now" : " now fails thus: " + verdict.detail)
                    + "; the list says: " + expected.reason());
            }
        });
        assertEquals("", String.join("\n", wrong));
    }

    /** What is no plain number is read and compared as well: the same cases with one other bit are failures. */
    @Test
    void anotherExpectationFails() throws IOException, InterruptedException {
        var says = Map.of("test_identity_sequence", "y[1]: 1 of 4 numbers differ, most at 3: 5, expected 20",
            "test_sequence_insert_at_back", "output_sequence[3]: ",
            "test_identity_opt", "opt_out[0]: 1 of 5 numbers differ, most at 4: ",
            "test_optional_get_element_sequence", "output[0]: ", "test_loop13_seq", "seq_res[4]: ",
            "test_strnormalizer_nostopwords_nochangecase", "y: texts differ: \"tuesday\" at 1, expected \"tuesdax\"",
            "test_optional_has_element_empty", "output: false at 0, expected true",
            "test_castlike_FLOAT16_to_DOUBLE", "numbers differ, most at 11");
        var changed = folder.resolve("changed");
        for (var name : says.keySet()) {
            copyChanged(DATA.resolve("node").resolve(name), changed.resolve(name));
        }
        var out = folder.resolve("changed.txt");
        assertEquals(CHECK_FAILED, gpux(out, "verify", "-p", "cpu", changed.toString()), () -> read(out));
        var lines = read(out).lines().toList();
        says.forEach((name, words) -> assertTrue(lines.stream().anyMatch(line ->
            line.startsWith("failed  " + name + ": ") && line.contains(words)), name + "\n" + read(out)));
    }

    private static void copyChanged(Path from, Path to) throws IOException {
        var set = Files.createDirectories(to.resolve("test_data_set_0"));
        Files.copy(from.resolve("model.onnx"), to.resolve("model.onnx"));
        try (var files = Files.list(from.resolve("test_data_set_0"))) {
            for (var file : files.toList()) {
                Files.copy(file, set.resolve(file.getFileName()));
            }
        }
        var output = set.resolve("output_0.pb");
        var bytes = Files.readAllBytes(output);
        change(bytes);
        Files.write(output, bytes);
    }

    /** The text of a case's second string, or the last byte of the last tensor: a float's exponent, a bool. */
    private static void change(byte[] message) {
        var text = new String(message, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("tuesday");
        if (at >= 0) {
            message[at + "tuesda".length()] = 'x';
            return;
        }
        int raw = text.lastIndexOf((char) RAW_DATA);
        int length = message[raw + 1];
        message[raw + 1 + length] ^= 1;
    }
}
