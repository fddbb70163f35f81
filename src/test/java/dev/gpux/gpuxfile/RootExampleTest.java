package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.ElementType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The GPUXfile at the root of the repository holds what it says. */
class RootExampleTest {
    private static final Gpuxfile ROOT = Gpuxfile.read(Path.of("GPUXfile"));

    @Test
    void namesTheModelThatTheBuildFetches() throws Exception {
        var model = ROOT.resolve(((ModelSource.File) ROOT.model().source()).path());
        var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(model));
        assertEquals(ROOT.model().sha256(), Optional.of(HexFormat.of().formatHex(digest)));
        var tokenizer = (Value.Text) ROOT.preprocess().getFirst().params().entries().get("tokenizer");
        assertTrue(Files.isRegularFile(ROOT.resolve(tokenizer.text())));
    }

    @Test
    void runsWithoutAWord() {
        assertEquals("sentence-embedding", ROOT.name());
        assertTrue(ROOT.inputs().values().stream().allMatch(input -> input.initial().isPresent()));
        assertEquals(1, ROOT.tests().size());
    }

    @Test
    void namesTheElementTypesOfOnnx() {
        var labels = new TreeSet<>(Arrays.stream(ElementType.values()).map(ElementType::label).toList());
        assertEquals(labels, new TreeSet<>(InputSpec.DTYPES));
    }
}
