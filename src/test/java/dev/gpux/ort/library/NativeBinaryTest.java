package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gpux.ort.library.Platform.Cpu;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeBinaryTest {

    @ParameterizedTest
    @CsvSource({"Linux, amd64, ELF", "Linux, aarch64, ELF", "Mac OS X, aarch64, Mach-O", "Windows, amd64, PE"})
    void readsTheHeadersOfRealLibraries(String os, String arch, String format) {
        Platform platform = Platform.of(os, arch);
        byte[] library = Natives.library(platform);

        NativeBinary header = NativeBinary.read(Arrays.copyOf(library, NativeBinary.HEAD)).orElseThrow();

        assertEquals(platform.os(), header.os());
        assertEquals(format, header.format());
        assertEquals(List.of(platform.cpu()), header.cpus());
        assertTrue(header.shared());
        // All that is loaded lies before the end, and not far from it: what follows is section headers or a signature.
        assertTrue(header.extent() <= library.length, header + " of " + library.length);
        assertTrue(header.extent() > library.length * 0.99, header + " of " + library.length);
    }

    @ParameterizedTest
    @CsvSource({"Linux, amd64", "Linux, aarch64", "Mac OS X, aarch64", "Windows, amd64"})
    void aLibraryThatIsCutOffIsNoticedWhereverItIsCut(String os, String arch) {
        Platform platform = Platform.of(os, arch);
        byte[] library = Natives.library(platform);
        for (int length : new int[] {4, 16, 63, 64, 100, 4096, 65_536, library.length / 2, library.length * 9 / 10}) {
            byte[] head = Arrays.copyOf(library, Math.min(length, NativeBinary.HEAD));
            Optional<Candidate.Problem> problem = Candidate.of("cut", length, head).problem(platform);
            assertEquals(Optional.of(LibraryException.Kind.NOT_A_LIBRARY), problem.map(Candidate.Problem::kind),
                    "cut to " + length);
        }
        assertEquals(Optional.empty(), Candidate.of("whole", library.length,
                Arrays.copyOf(library, NativeBinary.HEAD)).problem(platform));
    }

    @Test
    void aUniversalMacLibraryRunsOnBothProcessors() {
        byte[] head = fat(0x01000007, 4096, 1000, 0x0100000C, 8192, 2000);

        NativeBinary header = NativeBinary.read(head).orElseThrow();

        assertEquals(List.of(Cpu.X86_64, Cpu.AARCH64), header.cpus());
        assertEquals(10_192, header.extent());
        assertTrue(header.runsOn(Platform.of("Mac OS X", "aarch64")));
        assertTrue(header.runsOn(Platform.of("Mac OS X", "x86_64")));
        assertEquals("built for x86-64 and aarch64 macOS (universal Mach-O)", header.label());
    }

    @Test
    void aJavaClassFileIsNotTakenForAUniversalMacLibrary() {
        byte[] head = ByteBuffer.allocate(64).putInt(0xCAFEBABE).putInt(69).array();
        assertEquals(Optional.empty(), NativeBinary.read(head));
    }

    /** Whatever a header says, reading it gives an answer. */
    @Test
    void damagedHeadersGiveAnAnswer() {
        var random = new Random(5);
        for (Platform platform : List.of(Platform.of("Linux", "amd64"), Platform.of("Mac OS X", "aarch64"),
                Platform.of("Windows", "amd64"))) {
            byte[] good = Arrays.copyOf(Natives.library(platform), 8192);
            for (int round = 0; round < 20_000; round++) {
                byte[] bad = Arrays.copyOf(good, random.nextInt(good.length));
                for (int i = 0; i < 8 && bad.length > 4; i++) {
                    bad[4 + random.nextInt(Math.min(bad.length - 4, 1024))] = (byte) random.nextInt();
                }
                assertDoesNotThrow(() -> Candidate.of("bad", bad.length, bad).problem(platform));
            }
        }
    }

    private static byte[] fat(int... slices) {
        ByteBuffer head = ByteBuffer.allocate(256).putInt(0xCAFEBABE).putInt(slices.length / 3);
        for (int i = 0; i < slices.length; i += 3) {
            head.putInt(slices[i]).putInt(0).putInt(slices[i + 1]).putInt(slices[i + 2]).putInt(12);
        }
        return head.array();
    }
}
