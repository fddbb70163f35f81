package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** MiniLM's tokenizer against the reference implementation, id by id. */
class WordPieceReferenceTest {
    private static final Tokenizer TOKENIZER =
            Tokenizer.load(Reference.model("all-minilm-l6-v2-q-tokenizer.json"));

    @Test
    void helloWorld() {
        var tokens = new TokenBuffer();
        TOKENIZER.encode("hello world", tokens);
        assertArrayEquals(new int[] {101, 7592, 2088, 102}, tokens.ids(0));
    }

    @Test
    void everyTextHasTheIdsOfTheReference() {
        Tokenizer tokenizer = TOKENIZER.withoutTruncation();
        List<String> texts = Reference.texts();
        List<int[]> expected = Reference.ids("minilm");
        assertTrue(texts.size() >= 500);
        assertEquals(texts.size(), expected.size());
        var tokens = new TokenBuffer();
        for (int i = 0; i < texts.size(); i++) {
            tokenizer.encode(texts.get(i), tokens);
            String text = texts.get(i);
            assertArrayEquals(expected.get(i), tokens.ids(i), () -> "text \"" + text + "\"");
        }
    }

    @Test
    void truncatedPairsAreThoseOfTheReference() {
        List<Reference.Pair> pairs = Reference.pairs("minilm");
        assertTrue(pairs.stream().anyMatch(pair -> pair.ids().length == 0), "no refused pair among the references");
        for (Reference.Pair pair : pairs) {
            Tokenizer tokenizer = TOKENIZER.withTruncation(pair.truncation());
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
}
