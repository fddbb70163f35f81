package dev.gpux.gpuxfile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> WORDS = List.of("run", "bench", "inspect", "providers", "doctor", "serve",
        "max_length", "version", "verify", "rm", "sha256");

    @ParameterizedTest
    @CsvSource({"rnu,run", "RUN,run", "bnech,bench", "inspct,inspect", "povidres,providers", "docter,doctor",
        "server,serve",
        "maxLength,max_length", "max-length,max_length", "verison,version", "prov,providers", "sha,sha256", "rum,run"})
    void finds(String word, String meant) {
        assertEquals(Optional.of(meant), Suggestion.closest(word, WORDS));
        assertEquals("did you mean \"" + meant + "\"?", Suggestion.hint(word, WORDS));
    }

    @ParameterizedTest
    @CsvSource({"zebra", "ver", "x", "''", "' '", "quantize", "se"})
    void doesNotGuess(String word) {
        assertEquals(Optional.empty(), Suggestion.closest(word, WORDS));
        assertEquals("", Suggestion.hint(word, WORDS));
    }

    @Test
    void prefersTheCloser() {
        assertEquals(Optional.of("abcdeg"), Suggestion.closest("abcdeg", List.of("abcdef", "abcdeg", "abcdeh")));
        assertEquals(Optional.of("abcdef"), Suggestion.closest("abcdex", List.of("abcdef", "abcdeg")));
        assertEquals(Optional.empty(), Suggestion.closest("a".repeat(10_000), List.of("a".repeat(10_001))));
    }
}
