package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LongInputTest {
    private static final int MILLION = 1_000_000;

    @ParameterizedTest
    @EnumSource(Subject.class)
    void aWordOfAMillionLettersIsNoProblem(Subject subject) {
        Tokenizer tokenizer = subject.tokenizer().withoutTruncation().withSpecialTokens(false);
        var tokens = new TokenBuffer();
        tokenizer.encode("a".repeat(MILLION), tokens);
        tokenizer.encode("word ".repeat(MILLION / 5), tokens);
        assertTrue(tokens.length(0) >= 1);
        assertTrue(tokens.length(1) >= MILLION / 5 && tokens.length(1) <= MILLION / 5 + 2, "" + tokens.length(1));
        if (subject != Subject.MINILM) {
            assertEquals("a".repeat(MILLION), tokenizer.decode(tokens.ids(0)));
        }
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void truncationOfALongTextGivesItsBeginning(Subject subject) {
        Tokenizer tokenizer = subject.tokenizer().withoutTruncation().withSpecialTokens(false);
        String text = String.join(" ", Reference.texts());
        var tokens = new TokenBuffer();
        tokenizer.encode(text, tokens);
        tokenizer.withTruncation(Truncation.longestFirst(100)).encode(text, tokens);
        assertArrayEquals(IntStream.of(tokens.ids(0)).limit(100).toArray(), tokens.ids(1));
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void aTextBeyondTheLimitIsRefusedBeforeItIsCopied(Subject subject) {
        var endless = new CharSequence() {
            @Override
            public int length() {
                return Integer.MAX_VALUE;
            }

            @Override
            public char charAt(int index) {
                throw new AssertionError("the text was read");
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                throw new AssertionError("the text was read");
            }
        };
        var tokens = new TokenBuffer();
        assertThrows(TokenizerException.class, () -> subject.tokenizer().encode(endless, tokens));
        assertEquals(0, tokens.rows());
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void threadsShareATokenizer(Subject subject) throws InterruptedException, ExecutionException {
        Tokenizer tokenizer = subject.tokenizer().withoutTruncation();
        List<String> texts = Reference.texts();
        List<int[]> expected = Reference.ids(subject.reference());
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> runs = IntStream.range(0, 8).<Future<?>>mapToObj(thread -> threads.submit(() -> {
                var tokens = new TokenBuffer();
                for (int i = 0; i < texts.size(); i++) {
                    int text = (i + 61 * thread) % texts.size();
                    tokens.clear();
                    tokenizer.encode(texts.get(text), tokens);
                    assertArrayEquals(expected.get(text), tokens.ids(0));
                }
            })).toList();
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }
}
