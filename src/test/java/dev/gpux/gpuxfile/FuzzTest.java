package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Mutations of real files: each is read or refused with a GpuxfileException, and nothing else ever happens. */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("gpux.fuzz.rounds", 10_000);
    private static final List<String> PIECES = List.of("{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\t", "\"",
        "'", "|", ">",
        "&a ", "*a", "!!x ", "!x", "${", "${A}", "${A:-1}", "}", "$", "$$", "?", "? ", "<<: *a", "---\n", "...\n",
            "%YAML 9.9\n",
        "null", "~", "true", "1e999", "-0x1", ".nan", "0".repeat(400), "\\", "\\U00110000", "\u0000", "\uFEFF",
            "\uD800",
        "😀", "\u2028", "\r", "#", ",", "auto", "model", "serve", "\"\\x\"");

    @Test
    void neverFailsOtherwise() {
        var seeds = new ArrayList<>(Corpus.good().values());
        Corpus.bad().forEach(bad -> seeds.add(bad.text()));
        var files = List.of(Corpus.FILE, Path.of("gpux.yml"));
        var random = new SplittableRandom(20_260_101);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var text = mutate(seeds, random);
            var file = files.get(round % 2);
            if (refuses(text, file)) {
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 4 && refused < ROUNDS, refused + " of " + ROUNDS + " refused");
    }

    @Test
    void boundsTheTimeOfHostileFiles() {
        // Long enough that a quadratic reader would run into the timeout by far.
        int size = TreeReader.MAX_CHARACTERS / 8;
        for (var piece : List.of("[", "{", "- ", "a: ", "? ", "&a ", "*a ", "!a ", "\"", "'", "${A", "${A:-${",
            "a\n", "a: b\n",
            "[a,", "{a: b,", "- a\n", "|\n", "#", "\n", "x", "1", "0x", "1e", "%a\n", "\\", "a:\n ", "\t", "$",
                "? a\n")) {
            for (var prefix : List.of("", "model: m.onnx\nname: ", "model: m.onnx\ntests: [{expect: {y: \"")) {
                var text = prefix + piece.repeat(size / piece.length() - prefix.length());
                assertTimeoutPreemptively(Duration.ofSeconds(60), () -> refuses(text, Corpus.FILE), prefix + piece);
            }
        }
    }

    private static boolean refuses(String text, Path file) {
        try {
            var gpuxfile = Gpuxfile.parse(text, file, Corpus.ENVIRONMENT);
            assertFalse(gpuxfile.name().isEmpty());
            return false;
        } catch (GpuxfileException e) {
            assertFalse(e.problems().isEmpty());
            assertFalse(e.getMessage().isBlank());
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("for the file\n" + text.substring(0, Math.min(2000, text.length())), e);
        }
    }

    private static String mutate(List<String> seeds, SplittableRandom random) {
        var text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
        for (int edits = random.nextInt(1, 6); edits > 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
                case 3 -> text.insert(at, text.substring(at, end));
                case 4 -> text.insert(at, (char) random.nextInt(0x20, 0x7F));
                default -> {
                    var other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length() + 1);
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(80)));
                }
            }
        }
        return text.toString();
    }
}
