package dev.gpux.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room for weights: zeroes, or an exception where there is none; a file with holes would end in a signal. */
class ScratchFileTest {
    @TempDir
    Path folder;

    @Test
    void moreThanTheDiskHas() throws IOException {
        try (var scratch = ScratchFile.in(folder)) {
            assertEquals(1 << 20, scratch.allocate(1 << 20).byteSize());
            // A file with that many bytes of holes is no trouble to make on many systems.
            long room = Files.getFileStore(folder).getUsableSpace();
            var error = assertThrows(UncheckedIOException.class, () -> scratch.allocate(room + (1L << 32)));
            assertTrue(error.getMessage().contains("its disk has "), error::getMessage);
        }
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }
}
