package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole tokenizers against the reference implementation, id by id. */
class TokenizerReferenceTest {
    @Test
    void helloWorld() {
        var tokens = new TokenBuffer();
        Subject.MINILM.tokenizer().encode("hello world", tokens);
        assertArrayEquals(new int[] {101, 7592, 2088, 102}, tokens.ids(0));
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void everyTextHasTheIdsOfTheReference(Subject subject) {
        Tokenizer tokenizer = subject.tokenizer().withoutTruncation();
        List<String> texts = Reference.texts();
        List<int[]> expected = Reference.ids(subject.reference());
        assertTrue(texts.size() >= 500);
        assertEquals(texts.size(), expected.size());
        var tokens = new TokenBuffer();
        for (int i = 0; i < texts.size(); i++) {
            tokenizer.encode(texts.get(i), tokens);
            String text = texts.get(i);
            assertArrayEquals(expected.get(i), tokens.ids(i), () -> "text \"" + text + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void truncatedPairsAreThoseOfTheReference(Subject subject) {
        List<Reference.Pair> pairs = Reference.pairs(subject.reference());
        assertEquals(120, pairs.size());
        for (Reference.Pair pair : pairs) {
            Tokenizer tokenizer = subject.tokenizer().withTruncation(pair.truncation());
            var tokens = new TokenBuffer();
            if (pair.ids().length == 0) {
                assertThrows(TokenizerException.class, () -> tokenizer.encode(pair.first(), pair.second(), tokens),
                        pair::toString);
                assertEquals(0, tokens.rows());
            } else {
                tokenizer.encode(pair.first(), pair.second(), tokens);
                assertArrayEquals(pair.ids(), tokens.ids(0), pair::toString);
                assertArrayEquals(pair.types(), tokens.typeIds(0), pair::toString);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void decodingGivesTheTextOfTheReference(Subject subject) {
        List<int[]> ids = Reference.ids(subject.reference());
        List<String> expected = Reference.decoded(subject.reference());
        assertEquals(ids.size(), expected.size());
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(expected.get(i), subject.tokenizer().decode(ids.get(i)));
        }
    }
}
