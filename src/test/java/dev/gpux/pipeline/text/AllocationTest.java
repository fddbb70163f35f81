package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Once the buffer has grown, encoding and writing a batch allocate nothing. */
class AllocationTest {
    private static final int ROUNDS = 30;
    /** What measuring itself and the JIT's hand-over may cost, over all rounds together: not one byte per text. */
    private static final long TOLERANCE = 8192;

    private final TokenBuffer tokens = new TokenBuffer();

    @ParameterizedTest
    @EnumSource(Subject.class)
    void theSteadyStateAllocatesNothing(Subject subject) {
        Tokenizer tokenizer = subject.tokenizer().withTruncation(Truncation.longestFirst(128));
        // Grapheme clusters, which a character map is about, are found by the JDK, which allocates.
        List<String> texts = Reference.texts().stream()
                .filter(text -> subject != Subject.UNIGRAM || text.chars().allMatch(c -> c < 0x80 && c != '\r'))
                .toList();
        assertTrue(texts.size() > 100);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemorySupported());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_LONG, texts.size() * 128L);
            long allocated = rounds(tokenizer, texts, memory, threads);
            // Again: the first may still have run in code that was not yet compiled for good, which takes its time.
            long patience = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (allocated > TOLERANCE && System.nanoTime() < patience) {
                allocated = rounds(tokenizer, texts, memory, threads);
            }
            assertTrue(allocated <= TOLERANCE,
                    allocated + " bytes in " + ROUNDS + " rounds of " + texts.size() + " texts");
        }
        assertEquals(texts.size(), tokens.rows());
    }

    private long rounds(Tokenizer tokenizer, List<String> texts, MemorySegment memory, ThreadMXBean threads) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round(tokenizer, texts, memory);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void round(Tokenizer tokenizer, List<String> texts, MemorySegment memory) {
        tokens.clear();
        for (int i = 0; i < texts.size(); i++) {
            tokenizer.encode(texts.get(i), tokens);
        }
        Padding padding = tokenizer.padding();
        int length = padding.length(tokens);
        tokens.writeIds(memory, ValueLayout.JAVA_LONG, padding, length);
        tokens.writeMask(memory, ValueLayout.JAVA_LONG, padding, length);
        tokens.writeTypeIds(memory, ValueLayout.JAVA_LONG, padding, length);
    }
}
