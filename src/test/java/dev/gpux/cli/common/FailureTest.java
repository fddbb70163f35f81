package dev.gpux.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the JVM itself throws, in words for people. */
class FailureTest {
    @TempDir
    Path folder;

    private static void says(Throwable e, String words) {
        var failure = Failure.of(e);
        assertEquals(ExitCode.FAILED, failure.code());
        assertTrue(failure.message().contains(words), failure::message);
        assertFalse(failure.message().contains("GPUX itself"), failure::message);
    }

    /** A mapped file that somebody cuts: a signal, of which the JVM makes an error. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "Windows lets nobody cut a mapped file")
    void aMappedFileThatWasCut() throws IOException {
        var file = Files.write(folder.resolve("m"), new byte[1 << 16]);
        try (var arena = Arena.ofConfined(); var channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 16, arena);
            channel.truncate(0);
            says(assertThrows(InternalError.class, () -> mapped.toArray(ValueLayout.JAVA_BYTE)),
                "a file that is mapped into memory was cut, or its disk is full");
        }
    }

    @Test
    void noMoreThreadsOrNoMoreMemory() {
        says(new OutOfMemoryError("unable to create native thread: possibly out of memory or process/resource limits "
            + "reached"), "ulimit -u");
        says(new OutOfMemoryError("Java heap space"), "GPUX_JAVA_OPTS=-Xmx");
    }
}
