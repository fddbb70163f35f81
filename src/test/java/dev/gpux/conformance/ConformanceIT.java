package dev.gpux.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
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
        for (var group : GROUPS.keySet()) {
            verify(group);
        }
    }

    private static void verify(String group) throws IOException, InterruptedException {
        var out = folder.resolve(group + ".json");
        var log = folder.resolve(group + ".log");
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-jar", System.getProperty("gpux.jar"), "verify", "-p", "cpu",
            "--json", DATA.resolve(group).toString()).redirectOutput(out.toFile()).redirectError(log.toFile()).start();
        int code = process.waitFor();
        assertEquals(CHECK_FAILED, code, () -> read(log));
        try (var json = new JsonFactory().createParser(out.toFile())) {
            var fields = new LinkedHashMap<String, String>();
            for (var token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    fields.put(json.currentName(), json.getText());
                } else if (token == JsonToken.END_OBJECT && fields.containsKey("name")) {
                    VERDICTS.put(group + "/" + fields.get("name"),
                        new Verdict(fields.get("status"), fields.getOrDefault("detail", "")));
                    fields.clear();
                }
            }
        }
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
}
