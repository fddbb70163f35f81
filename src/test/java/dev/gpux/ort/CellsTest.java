package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Against the FFM API's own ways to read and write the same. */
class CellsTest {
    @Test
    void valuesAreWhatTheFfmApiReads() {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(JAVA_LONG, 3);
            memory.setAtIndex(JAVA_LONG, 0, 0x1122_3344_F566_7788L);
            memory.setAtIndex(JAVA_LONG, 2, -2);
            assertEquals(0x1122_3344_F566_7788L, Cells.number(memory));
            assertEquals(-2, Cells.number(memory, 2));
            assertEquals(memory.get(JAVA_INT, 0), Cells.code(memory));
            assertEquals(memory.get(ADDRESS, 0), Cells.pointer(memory));
            Cells.setPointer(memory, 1, memory);
            assertEquals(memory.address(), memory.getAtIndex(ADDRESS, 1).address());
            assertEquals(memory.address(), Cells.pointer(memory, 1).address());
        }
    }

    @Test
    void stringsAreWhatTheFfmApiReads() {
        try (var arena = Arena.ofConfined()) {
            for (var text : new String[] {"", "a", "gpux", "ä€😀", "x".repeat(10_000)}) {
                var written = Cells.string(arena, text);
                assertEquals(text, written.getString(0));
                assertEquals(-1, arena.allocateFrom(text).mismatch(written));
                assertEquals(text, Cells.string(MemorySegment.ofAddress(written.address())));
            }
            assertEquals("", Cells.string(MemorySegment.NULL));
        }
    }
}
