package dev.gpux.provider.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.Environment;
import dev.gpux.provider.natives.NativeImage.Format;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The three formats, on ONNX Runtime's own libraries for three systems, and on what is left when they are damaged. */
class NativeImageTest {
    private static final String NATIVES = "ai/onnxruntime/native/";

    @TempDir
    Path folder;

    private Path unpacked(String resource) throws IOException {
        try (InputStream in = getClass().getClassLoader().getResourceAsStream(NATIVES + resource)) {
            assumeTrue(in != null, "this ONNX Runtime has no " + resource);
            var file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
            Files.copy(in, file);
            return file;
        }
    }

    @Test
    void elf() throws Exception {
        var image = NativeImage.read(unpacked("linux-x64/libonnxruntime.so"));
        assertEquals(Format.ELF, image.format());
        assertTrue(image.name().orElseThrow().startsWith("libonnxruntime.so"), image.toString());
        assertTrue(image.needed().containsAll(List.of("libc.so.6", "libm.so.6", "libstdc++.so.6")), image.toString());
        assertEquals(List.of("$ORIGIN"), Stream.concat(image.runpath().stream(), image.rpath().stream()).toList());
    }

    @Test
    void elfOfAnotherProcessor() throws Exception {
        var image = NativeImage.read(unpacked("linux-aarch64/libonnxruntime.so"));
        assertTrue(image.needed().contains("libc.so.6"), image.toString());
    }

    @Test
    void pe() throws Exception {
        var image = NativeImage.read(unpacked("win-x64/onnxruntime.dll"));
        assertEquals(Format.PE, image.format());
        assertTrue(image.needed().contains("KERNEL32.dll"), image.toString());
        assertTrue(image.needed().contains("MSVCP140.dll"), image.toString());
    }

    @Test
    void machO() throws Exception {
        var image = NativeImage.read(unpacked("osx-aarch64/libonnxruntime.dylib"));
        assertEquals(Format.MACH_O, image.format());
        assertTrue(image.name().orElseThrow().startsWith("@rpath/libonnxruntime."), image.toString());
        assertTrue(image.needed().stream().anyMatch(name -> name.startsWith("/usr/lib/libc++")), image.toString());
        assertTrue(image.needed().stream().anyMatch(name -> name.contains("CoreML.framework")), image.toString());
    }

    @Test
    void theLibraryThatIsLoadedNeedsWhatTheSystemHas() throws Exception {
        var library = Environment.get().library().path();
        var missing = Dependencies.of(library, SearchPath.ofProcess()).stream()
            .filter(Dependencies.Dependency::isMissing).toList();
        assertEquals(List.of(), missing);
    }

    static Stream<Arguments> noLibraries() {
        return Stream.of(Arguments.of("empty", new byte[0]), Arguments.of("text", "hello".getBytes()),
            Arguments.of("class file", new byte[] {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 69}),
            Arguments.of("ELF, nothing else", new byte[] {0x7F, 'E', 'L', 'F'}),
            Arguments.of("MZ, nothing else", new byte[] {'M', 'Z'}),
            Arguments.of("Mach-O, nothing else", new byte[] {(byte) 0xCF, (byte) 0xFA, (byte) 0xED, (byte) 0xFE}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noLibraries")
    void anythingElseIsRefused(String name, byte[] content) throws IOException {
        var file = Files.write(folder.resolve("file"), content);
        assertThrows(NativeFormatException.class, () -> NativeImage.read(file));
    }

    /** Any byte may be any other: the answer is an image or this package's exception, at once. */
    @Test
    void damageCostsAnExceptionAtMost() throws Exception {
        var random = new Random(4);
        for (var resource : List.of("linux-x64/libonnxruntime.so", "win-x64/onnxruntime.dll",
                "osx-aarch64/libonnxruntime.dylib")) {
            var original = unpacked(resource);
            var head = new byte[1 << 16];
            try (var in = Files.newInputStream(original)) {
                in.readNBytes(head, 0, head.length);
            }
            int refused = 0;
            for (int i = 0; i < 400; i++) {
                var damaged = head.clone();
                for (int j = 0; j <= i % 8; j++) {
                    damaged[random.nextInt(i < 200 ? 1024 : damaged.length)] = (byte) random.nextInt();
                }
                refused += isRefused(Files.write(folder.resolve("damaged"), damaged)) ? 1 : 0;
            }
            // The tables of ELF and PE lie behind the head, so such a file is always cut off.
            assertTrue(refused > 10, resource + ": " + refused);
            for (int length = 0; length < 4096; length += 61) {
                isRefused(Files.write(folder.resolve("cut"), Arrays.copyOf(head, length)));
            }
        }
    }

    private static boolean isRefused(Path file) throws IOException {
        try {
            NativeImage.read(file);
            return false;
        } catch (NativeFormatException e) {
            assertTrue(e.getMessage().startsWith("is "), e::getMessage);
            return true;
        }
    }
}
