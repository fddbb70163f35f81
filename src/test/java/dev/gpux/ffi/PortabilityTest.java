package dev.gpux.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The generated sources are the same for every platform: nothing in them depends on the one they were made on. */
class PortabilityTest {
    private static final Path GENERATED = Path.of("src/generated/java/dev/gpux/ffi");
    private static final Path INCLUDES = Path.of("native-headers/includes.txt");

    /** C types that have the same size on every 64-bit platform; {@code long} and {@code wchar_t} do not. */
    private static final Set<String> SAME_EVERYWHERE =
            Set.of("bool", "char", "short", "int", "long long", "float", "double", "void*");

    @Test
    void noTypeOfPlatformDependentSizeIsUsed() throws IOException {
        var canonical = Pattern.compile("canonicalLayouts\\(\\)\\.get\\(\"([^\"]*)\"\\)");
        var used = new TreeSet<String>();
        for (var file : sources()) {
            var text = Files.readString(file);
            assertFalse(Pattern.compile("\\bC_LONG\\b").matcher(text).find(), () -> file + " uses C's long");
            canonical.matcher(text).results().forEach(result -> used.add(result.group(1)));
        }
        assertEquals(new TreeSet<>(SAME_EVERYWHERE), used);
    }

    /** So no div_t, no max_align_t, nothing with two underscores: a class is there because includes.txt names it. */
    @Test
    void everyClassIsOnTheIncludeList() throws IOException {
        var listed = Files.readAllLines(INCLUDES).stream()
                .filter(line -> line.startsWith("--include-struct ") || line.startsWith("--include-typedef "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .collect(Collectors.toSet());
        var generated = sources().stream().map(file -> file.getFileName().toString().replace(".java", ""))
                .filter(name -> !name.equals("OnnxRuntime") && !name.equals("OnnxRuntime$shared"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertFalse(generated.isEmpty());
        generated.removeAll(listed);
        assertEquals(Set.of(), generated);
    }

    private static List<Path> sources() throws IOException {
        try (var files = Files.list(GENERATED)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }
}
