package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever bytes a text is made of, it has ids, and not many more than bytes. */
class RandomTextsTest {
    private static final int TEXTS = 1000;

    @ParameterizedTest
    @EnumSource(Subject.class)
    void randomBytesAreTextsLikeOthers(Subject subject) {
        var tokenizer = subject.tokenizer().withoutTruncation();
        var random = new Random(7);
        var tokens = new TokenBuffer();
        for (int i = 0; i < TEXTS; i++) {
            var bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            // As UTF-8 most of it is U+FFFD; as UTF-16 it is every script, and halves of surrogate pairs.
            var text = new String(bytes, i % 2 == 0 ? StandardCharsets.UTF_8 : StandardCharsets.UTF_16LE);
            tokens.clear();
            tokenizer.encode(text, tokens);
            assertTrue(tokens.length(0) <= 20 * text.length() + 10, () -> "a text of " + text.length() + " units");
            for (int id : tokens.ids(0)) {
                assertTrue(tokenizer.token(id).isPresent(), () -> "id " + id);
            }
        }
    }
}
