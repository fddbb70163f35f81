package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GpuxfileErrorsTest {
    static Stream<Corpus.Bad> bad() {
        return Corpus.bad().stream();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void namesPlaceAndReason(Corpus.Bad bad) {
        var problems = problems(bad.text());
        var places = problems.stream().map(p -> p.line() + ":" + p.column()).distinct().toList();
        assertEquals(bad.places().stream().distinct().toList(), places, () -> problems.toString());
        for (int i = 0; i < bad.messages().size(); i++) {
            var said = problems.get(i).toString();
            var expected = bad.messages().get(i);
            assertTrue(said.contains(expected), () -> "expected «" + expected + "», was «" + said + "»");
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isOneLineEachAndShowsTheSource(Corpus.Bad bad) {
        var problems = problems(bad.text());
        for (var problem : problems) {
            assertFalse(problem.toString().contains("\n"), problem.toString());
            assertEquals("GPUXfile", problem.file());
            var excerpt = problem.excerpt();
            if (!excerpt.isEmpty()) {
                var lines = excerpt.lines().toList();
                assertEquals(2, lines.size());
                assertEquals(lines.get(1).length(), lines.get(1).indexOf('^') + 1);
                assertTrue(lines.get(1).length() <= lines.get(0).length() + 1, excerpt);
            }
        }
    }

    @Test
    void readsLikeThis() {
        var e = assertThrows(GpuxfileException.class, () -> Gpuxfile.parse("""
            model: m.onnx
            runtime:
              memroy: 2GB
              threads: {intra: many}
            """, Corpus.FILE, Map.of()));
        assertEquals("""
            GPUXfile:3:3: unknown key "memroy" in runtime; did you mean "memory"?
                  memroy: 2GB
                  ^
            GPUXfile:4:20: runtime.threads.intra: expected a whole number from 1 to 1024 or auto, found "many"
                  threads: {intra: many}
                                   ^""", e.getMessage());
        assertEquals(2, e.problems().size());
    }

    @Test
    void neverGivesAwayWhatAVariableHolds() {
        for (var text : List.of("runtime: {threads: '${SECRET}'}", "serve: {port: \"${SECRET}\"}",
            "runtime: {providers: [\"${SECRET}\", \"${SECRET}\"]}", "inputs: {x: '${SECRET}'}", "name: a${SECRET}!",
            "runtime:\n  memory: ${SECRET}", "tests: [\"${SECRET}\"]", "preprocess: ['${SECRET} x']")) {
            var e = assertThrows(GpuxfileException.class,
                () -> Gpuxfile.parse(Corpus.with(text), Corpus.FILE, Corpus.ENVIRONMENT), text);
            assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
        }
        for (var text : List.of("model: ftp://${SECRET}", "model: https://a:${SECRET}@b/",
            "model: 'https://b/ ${SECRET}'",
            "model: 'hf://${SECRET}'", "model: {source: m.onnx, sha256: '${SECRET}'}")) {
            var e = assertThrows(GpuxfileException.class, () -> Gpuxfile.parse(text, Corpus.FILE, Corpus.ENVIRONMENT));
            assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
        }
    }

    @Test
    void countsColumnsInCodePointsAndCutsLongLines() {
        var wide = "😀".repeat(80);
        var problem = problems(Corpus.with("tests: [{name: " + wide + ", expect: {y: 1}, tolerence: 1}]")).getFirst();
        assertEquals(("tests: [{name: " + wide + ", expect: {y: 1}, ").codePointCount(0, 15 + 160 + 18) + 1,
            problem.column());
        var lines = problem.excerpt().lines().toList();
        assertTrue(lines.get(0).codePointCount(0, lines.get(0).length()) < 120, problem.excerpt());
        var shown = lines.get(0);
        assertTrue(shown.substring(shown.offsetByCodePoints(0, lines.get(1).indexOf('^'))).startsWith("tolerence"),
            problem.excerpt());
    }

    @Test
    void letsNoControlCharacterThrough() {
        var e = assertThrows(GpuxfileException.class, () -> Gpuxfile.parse(
            "model: \"a\\e[31m\"\n\"\\e]0;title\\a\": 1\n\"\\u202e\": \"x\\ny\"\n", Corpus.FILE, Map.of()));
        assertTrue(e.getMessage().lines().count() >= 2);
        assertFalse(e.getMessage().chars().anyMatch(c -> c != '\n' && Character.isISOControl(c) || c == 0x202E),
            e.getMessage());
    }

    @Test
    void stopsListingAfterFiftyProblems() {
        var text = new StringBuilder("model: m.onnx\n");
        for (int i = 0; i < 1000; i++) {
            text.append("tests").append(i).append(": 1\n");
        }
        assertEquals(50, problems(text.toString()).size());
    }

    @Test
    void limitsSizeNestingAndAliases() {
        assertTrue(problems("a: " + "x".repeat(TreeReader.MAX_CHARACTERS)).getFirst().message().contains("limit"));
        assertTrue(problems(Corpus.with("tests: " + "[".repeat(100) + "]".repeat(100))).getFirst().message()
            .contains("Nesting Depth exceeded"));
        var laughs = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 24; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        var billion = problems(laughs + "model: m.onnx\n");
        assertTrue(billion.getFirst().message().contains("100000 values"), () -> billion.toString());
    }

    @Test
    void saysWhyAFileCannotBeRead(@TempDir Path folder) throws Exception {
        assertEquals(folder.resolve("no") + ": there is no such file", message(folder.resolve("no")));
        assertTrue(message(folder).contains("expected a file, found a folder"));
        var file = folder.resolve("GPUXfile");
        Files.write(file, new byte[TreeReader.MAX_CHARACTERS + 1]);
        assertTrue(message(file).contains("longer than 1048576 bytes"));
        Files.write(file, "model: m.onnx\nname: \u00e9t\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(file + ":2:7: not UTF-8; save the file as UTF-8", message(file).lines().findFirst().orElseThrow());
        Files.write(file, new byte[] {0x08, 0x07, 0x12, 0x07});
        assertTrue(message(file).contains("not allowed"), message(file));
    }

    @Test
    void saysThatATextIsNoPath() {
        var gpuxfile = Gpuxfile.parse("model: m.onnx\n", Corpus.FILE, Map.of());
        var e = assertThrows(GpuxfileException.class, () -> gpuxfile.resolve("a\0b"));
        assertTrue(e.getMessage().contains("not a path on this system"));
        assertTrue(problems("model: \"a\\0b\"\n").getFirst().message().contains("not a path on this system"));
    }

    private static String message(Path file) {
        return assertThrows(GpuxfileException.class, () -> Gpuxfile.read(file, Map.of())).getMessage();
    }

    private static List<Problem> problems(String text) {
        return assertThrows(GpuxfileException.class, () -> Gpuxfile.parse(text, Corpus.FILE, Corpus.ENVIRONMENT))
            .problems();
    }
}
