package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TokenBufferTest {
    private static final Tokenizer TOKENIZER =
            Tokenizer.load(Reference.model("all-minilm-l6-v2-q-tokenizer.json"));

    private final TokenBuffer tokens = new TokenBuffer();

    @Test
    void aBatchIsPaddedAtTheEndToItsLongestRow() {
        TOKENIZER.encode("hello world", tokens);
        TOKENIZER.encode("hello", "hello world", tokens);
        Padding padding = new Padding(0, 1, Side.RIGHT, 7, 9);
        int length = padding.length(tokens);
        assertEquals(6, length);
        try (Arena arena = Arena.ofConfined()) {
            var memory = arena.allocate(ValueLayout.JAVA_LONG, 2 * 6);
            tokens.writeIds(memory, ValueLayout.JAVA_LONG, padding, length);
            assertArrayEquals(new long[] {101, 7592, 2088, 102, 7, 7, 101, 7592, 102, 7592, 2088, 102},
                    memory.toArray(ValueLayout.JAVA_LONG));
            tokens.writeMask(memory, ValueLayout.JAVA_LONG, padding, length);
            assertArrayEquals(new long[] {1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1}, memory.toArray(ValueLayout.JAVA_LONG));
            tokens.writeTypeIds(memory, ValueLayout.JAVA_LONG, padding, length);
            assertArrayEquals(new long[] {0, 0, 0, 0, 9, 9, 0, 0, 0, 1, 1, 1}, memory.toArray(ValueLayout.JAVA_LONG));
        }
    }

    @Test
    void paddingAtTheBeginningToAMultipleInInt32() {
        TOKENIZER.encode("hello world", tokens);
        TOKENIZER.encode("hello", tokens);
        Padding padding = new Padding(0, 8, Side.LEFT, 0, 0);
        assertEquals(8, padding.length(tokens));
        try (Arena arena = Arena.ofConfined()) {
            var memory = arena.allocate(ValueLayout.JAVA_INT, 2 * 8);
            tokens.writeIds(memory, ValueLayout.JAVA_INT, padding, 8);
            assertArrayEquals(new int[] {0, 0, 0, 0, 101, 7592, 2088, 102, 0, 0, 0, 0, 0, 101, 7592, 102},
                    memory.toArray(ValueLayout.JAVA_INT));
            tokens.writeMask(memory, ValueLayout.JAVA_INT, padding, 8);
            assertArrayEquals(new int[] {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1},
                    memory.toArray(ValueLayout.JAVA_INT));
        }
    }

    @Test
    void thePaddingAndTruncationOfTheFileAreRead() {
        assertEquals(new Padding(128, 1, Side.RIGHT, 0, 0), TOKENIZER.padding());
        assertEquals(Truncation.longestFirst(128), TOKENIZER.truncation().orElseThrow());
        TOKENIZER.encode("hello ".repeat(1000), tokens);
        assertEquals(128, tokens.length(0));
        assertEquals(102, tokens.id(0, 127));
        assertEquals(128, TOKENIZER.padding().length(tokens));
        assertEquals(512, TOKENIZER.padding().toFixed(512).length(tokens));
    }

    @Test
    void clearForgetsTheRows() {
        TOKENIZER.encode("hello world", tokens);
        tokens.clear();
        assertEquals(0, tokens.rows());
        assertEquals(0, tokens.longest());
        TOKENIZER.encode("", tokens);
        assertArrayEquals(new int[] {101, 102}, tokens.ids(0));
    }

    @Test
    void anEmptyBatchWritesNothing() {
        try (Arena arena = Arena.ofConfined()) {
            Padding padding = Padding.longest(0);
            assertEquals(0, padding.length(tokens));
            tokens.writeIds(arena.allocate(0), ValueLayout.JAVA_LONG, padding, 0);
        }
    }

    @Test
    void tooSmallAMemoryTooShortALengthAndAWrongLayoutAreErrors() {
        TOKENIZER.encode("hello world", tokens);
        Padding padding = Padding.longest(0);
        try (Arena arena = Arena.ofConfined()) {
            var memory = arena.allocate(ValueLayout.JAVA_LONG, 3);
            var small = assertThrows(TokenizerException.class,
                    () -> tokens.writeIds(memory, ValueLayout.JAVA_LONG, padding, 4));
            assertTrue(small.getMessage().contains("24 bytes") && small.getMessage().contains("needs 32"),
                    small.getMessage());
            assertThrows(TokenizerException.class, () -> tokens.writeMask(memory, ValueLayout.JAVA_LONG, padding, 3));
            assertThrows(TokenizerException.class,
                    () -> tokens.writeTypeIds(memory, ValueLayout.JAVA_FLOAT, padding, 4));
        }
    }

    @Test
    void placesOutsideARowAreErrors() {
        TOKENIZER.encode("hello world", tokens);
        TOKENIZER.encode("hello world", tokens);
        assertEquals(7592, tokens.id(1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> tokens.id(0, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> tokens.typeId(0, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> tokens.length(2));
    }

    @Test
    void withoutSpecialTokensAndTokenNames() {
        TOKENIZER.withSpecialTokens(false).encode("hello", "world", tokens);
        assertArrayEquals(new int[] {7592, 2088}, tokens.ids(0));
        assertArrayEquals(new int[] {0, 1}, tokens.typeIds(0));
        assertEquals(7592, TOKENIZER.id("hello").orElseThrow());
        assertEquals(101, TOKENIZER.id("[CLS]").orElseThrow());
        assertTrue(TOKENIZER.id("no such token").isEmpty());
        assertEquals("world", TOKENIZER.token(2088).orElseThrow());
        assertTrue(TOKENIZER.token(-1).isEmpty());
        assertTrue(TOKENIZER.token(1 << 30).isEmpty());
        assertEquals(30522, TOKENIZER.vocabularySize());
    }
}
