package dev.gpux.provider.selection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.provider.Build;
import dev.gpux.provider.Cuda;
import dev.gpux.provider.ExecutionProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCacheTest {
    @TempDir
    Path folder;
    private Build build;
    private ProbeCache cache;
    private int probes;

    @BeforeEach
    void makeLibrary() throws IOException {
        var library = Files.writeString(Files.createDirectory(folder.resolve("lib")).resolve("libonnxruntime.so"), "1");
        build = new Build("1.29.0", library, List.of("CUDAExecutionProvider", "CPUExecutionProvider"));
        cache = new ProbeCache(folder.resolve("probes"));
    }

    private Candidate get(Candidate answer) {
        return get(Cuda.standard(), answer);
    }

    private Candidate get(ExecutionProvider provider, Candidate answer) {
        return cache.get(provider, build, () -> {
            probes++;
            return answer;
        });
    }

    private static Candidate yes() {
        return Candidate.usable(Cuda.INFO);
    }

    private static Candidate no() {
        return Candidate.failed(Cuda.INFO, true, "no device,\nno driver");
    }

    @Test
    void aYesIsBelieved() {
        assertEquals(yes(), get(yes()));
        assertEquals(yes(), get(no()));
        assertEquals(yes(), new ProbeCache(folder.resolve("probes")).get(Cuda.standard(), build, ProbeCacheTest::no));
        assertEquals(1, probes);
    }

    @Test
    void aNoIsBelievedForAWhileWithItsReason() throws IOException {
        get(no());
        assertEquals(Candidate.failed(Cuda.INFO, true, "no device, no driver"), get(yes()));
        assertEquals(1, probes);

        var old = FileTime.from(Instant.now().minus(Duration.ofMinutes(11)));
        Files.setLastModifiedTime(entry(), old);
        assertEquals(yes(), get(yes()));
        assertEquals(2, probes);
    }

    @Test
    void otherOptionsAreAnotherQuestion() {
        get(yes());
        assertEquals(no(), get(Cuda.standard().device(1), no()));
        assertEquals(2, probes);
    }

    @Test
    void aChangedLibraryIsProbedAgain() throws IOException {
        get(yes());
        Files.writeString(build.library(), "another");
        get(yes());
        Files.writeString(build.library().resolveSibling("libonnxruntime_providers_cuda.so"), "new");
        get(yes());
        assertEquals(3, probes);
    }

    @Test
    void whatWasForgottenIsProbedAgain() {
        get(yes());
        cache.forget(Cuda.standard(), build);
        assertEquals(no(), get(no()));
    }

    @Test
    void aDamagedEntryIsNone() throws IOException {
        for (var content : List.of("", "usable", "usable\n\nanother key", "x".repeat(100_000))) {
            get(yes());
            Files.writeString(entry(), content);
            probes = 0;
            get(yes());
            assertEquals(1, probes);
        }
        Files.write(entry(), new byte[] {(byte) 0xFF, (byte) 0xFE, '\n', '\n'});
        get(yes());
        assertEquals(2, probes);
    }

    @Test
    void aFolderThatCannotBeIsNoReasonToFail() throws IOException {
        cache = new ProbeCache(Files.writeString(folder.resolve("file"), "").resolve("probes"));
        assertEquals(yes(), get(yes()));
        assertEquals(no().appended(), get(no()).appended());
        assertEquals(2, probes);
    }

    private Path entry() throws IOException {
        try (var files = Files.list(folder.resolve("probes"))) {
            var all = files.toList();
            assertEquals(1, all.size(), all::toString);
            assertTrue(all.getFirst().toString().endsWith(".txt"));
            return all.getFirst();
        }
    }
}
