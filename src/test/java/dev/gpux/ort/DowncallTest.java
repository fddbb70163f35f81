package dev.gpux.ort;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What a short process checks itself, where the FFM API would; that its calls work, each process test shows. */
class DowncallTest {
    @Test
    void closedMemoryIsRefused() {
        var arena = Arena.ofShared();
        var memory = arena.allocate(8);
        assertDoesNotThrow(() -> Downcall.requireOpen(memory));
        arena.close();
        assertThrows(IllegalStateException.class, () -> Downcall.requireOpen(memory));
    }

    @Test
    void confinedMemoryOfAnotherThreadIsRefused() {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(8);
            assertDoesNotThrow(() -> Downcall.requireOpen(memory));
            var elsewhere = CompletableFuture.runAsync(() -> Downcall.requireOpen(memory));
            var e = assertThrows(ExecutionException.class, elsewhere::get);
            assertThrows(WrongThreadException.class, () -> {
                throw e.getCause();
            });
        }
    }

    @Test
    void addressesAreNobodysMemory() {
        assertDoesNotThrow(() -> Downcall.requireOpen(MemorySegment.NULL));
        assertDoesNotThrow(() -> Downcall.requireOpen(MemorySegment.ofAddress(5)));
    }
}
