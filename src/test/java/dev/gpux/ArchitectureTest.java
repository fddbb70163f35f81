package dev.gpux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the one direction of dependencies between packages, as jdeps sees it in the compiled classes. */
class ArchitectureTest {
    private static final String ROOT = "dev.gpux.";
    private static final String FOREIGN = "java.lang.foreign";

    /** What each part may use, besides the JDK; a part is the first name behind dev.gpux. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
        Map.entry("ffi", Set.of()),
        Map.entry("ort", Set.of("ffi")),
        Map.entry("onnx", Set.of()),
        Map.entry("store", Set.of()),
        Map.entry("gpuxfile", Set.of()),
        Map.entry("provider", Set.of("ort")),
        Map.entry("tensorio", Set.of("ort", "onnx")),
        Map.entry("pipeline", Set.of("ort")),
        Map.entry("engine", Set.of("ort", "onnx", "provider", "tensorio", "pipeline", "gpuxfile", "store")),
        Map.entry("optimize", Set.of("engine", "ort", "onnx", "provider", "tensorio", "pipeline", "gpuxfile")),
        Map.entry("server", Set.of("engine", "ort", "provider", "tensorio", "pipeline", "gpuxfile", "store")),
        Map.entry("cli", Set.of("server", "optimize", "engine", "ort", "onnx", "provider", "tensorio", "pipeline",
            "gpuxfile", "store")));

    /** Parts that handle native memory themselves; engine and cli only say how long it lives ({@code Arena}). */
    private static final Set<String> MAY_USE_FOREIGN = Set.of("ffi", "ort", "onnx", "tensorio", "pipeline", "provider",
        "engine", "optimize", "server", "cli");

    /** Libraries that stay out of what people link: only these parts may use them. */
    private static final Map<String, Set<String>> LIBRARIES = Map.of(
        "org.yaml.snakeyaml", Set.of("gpuxfile"),
        "picocli", Set.of("cli"),
        "com.fasterxml.jackson.core", Set.of("tensorio", "pipeline", "engine", "server", "cli"));

    private static final Map<String, Set<String>> FOUND = new TreeMap<>();

    @BeforeAll
    static void runJdeps() {
        var out = new StringWriter();
        var classes = Path.of("target/classes").toAbsolutePath().toString();
        int code = ToolProvider.findFirst("jdeps").orElseThrow().run(new PrintWriter(out), new PrintWriter(out),
            "--multi-release", "base", "--ignore-missing-deps", "-verbose:package", "-cp",
            System.getProperty("java.class.path"), classes);
        assertEquals(0, code, out::toString);
        for (var line : out.toString().lines().toList()) {
            // "   dev.gpux.ort   -> java.util   java.base"; lines about whole modules are not indented.
            var words = line.strip().split("\\s+");
            if (line.startsWith("   ") && words.length >= 3 && words[1].equals("->")) {
                FOUND.computeIfAbsent(words[0], _ -> new TreeSet<>()).add(words[2]);
            }
        }
        assertTrue(FOUND.containsKey(ROOT + "ort"), () -> "jdeps said something unexpected:\n" + out);
    }

    @Test
    void packagesDependInOneDirection() {
        FOUND.forEach((from, targets) -> targets.stream().filter(ArchitectureTest::isOurs).forEach(to -> {
            var part = part(from);
            var allowed = ALLOWED.get(part);
            assertTrue(allowed != null, () -> "the package " + from + " is in no part of the design");
            assertTrue(part(to).equals(part) || allowed.contains(part(to)), () -> from + " must not use " + to);
        }));
    }

    @Test
    void packagesOfTheCommandLineFormNoCycle() {
        var program = ROOT + "cli";
        var remaining = new TreeMap<String, Set<String>>();
        FOUND.keySet().stream().filter(name -> name.equals(program) || name.startsWith(program + ".")).forEach(from ->
            remaining.put(from, FOUND.get(from).stream().filter(to -> !to.equals(from)).collect(Collectors.toSet())));
        assertTrue(remaining.size() > 1, "the commands have packages");
        // Again and again those that use none of the others are taken away; a cycle would stay.
        boolean changed = true;
        while (changed) {
            changed = remaining.keySet().removeAll(remaining.keySet().stream().filter(name ->
                remaining.get(name).stream().noneMatch(remaining::containsKey)).toList());
        }
        assertEquals(Set.of(), remaining.keySet(), "a cycle goes through these");
    }

    @Test
    void onlySomePartsTouchNativeMemory() {
        assertEquals(Set.of(), users(FOREIGN).stream().map(ArchitectureTest::part)
            .filter(part -> !MAY_USE_FOREIGN.contains(part)).collect(Collectors.toSet()));
    }

    @Test
    void librariesStayAtTheEdge() {
        LIBRARIES.forEach((library, allowed) -> FOUND.forEach((from, targets) -> targets.stream()
            .filter(to -> to.startsWith(library)).forEach(to ->
                assertTrue(allowed.contains(part(from)), () -> from + " must not use " + to))));
    }

    private static Set<String> users(String target) {
        return FOUND.entrySet().stream().filter(entry -> entry.getValue().contains(target)).map(Map.Entry::getKey)
            .filter(ArchitectureTest::isOurs).collect(Collectors.toSet());
    }

    private static boolean isOurs(String name) {
        return name.startsWith(ROOT);
    }

    private static String part(String name) {
        var rest = name.substring(ROOT.length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
