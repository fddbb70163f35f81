package dev.gpux.pipeline.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Once the buffer has grown, encoding and writing a batch allocate nothing. */
class WordPieceAllocationTest {
    private static final int ROUNDS = 200;
    /** What measuring itself and the JIT's hand-over may cost, over all rounds together. */
    private static final long TOLERANCE = 4096;

    private final Tokenizer tokenizer = Tokenizer.load(Reference.model("all-minilm-l6-v2-q-tokenizer.json"));
    private final TokenBuffer tokens = new TokenBuffer();
    private final List<String> texts = Reference.texts();

    @Test
    void theSteadyStateAllocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemorySupported());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(ValueLayout.JAVA_LONG, texts.size() * 128L);
            for (int i = 0; i < ROUNDS; i++) {
                round(memory);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round(memory);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated <= TOLERANCE, () -> allocated + " bytes in " + ROUNDS + " rounds of " + texts.size());
        }
        assertEquals(texts.size(), tokens.rows());
    }

    private void round(MemorySegment memory) {
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
