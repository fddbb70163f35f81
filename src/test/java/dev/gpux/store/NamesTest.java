package dev.gpux.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, paths and texts: what is taken, and what is refused. */
class NamesTest {
    private static final Digest SOME = Digest.of("some".getBytes(StandardCharsets.UTF_8));

    @Test
    void digestOfKnownContent() {
        // FIPS 180-4, example of the hash of "abc"
        var hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        var digest = Digest.of("abc".getBytes(StandardCharsets.UTF_8));
        assertEquals(hex, digest.hex());
        assertEquals(digest, Digest.parse(digest.toString()).orElseThrow());
        assertEquals(digest, Digest.parse(hex.toUpperCase()).orElseThrow());
        assertTrue(Digest.parse(hex.substring(1)).isEmpty());
        assertTrue(Digest.parse("sha512:" + hex).isEmpty());
        assertThrows(StoreException.class, () -> new Digest("x".repeat(64)));
    }

    @Test
    void names() {
        assertEquals(new ModelName("all-MiniLM_L6.v2", "latest"), ModelName.parse("all-MiniLM_L6.v2").orElseThrow());
        assertEquals(new ModelName("a", "1.0"), ModelName.parse("a:1.0").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "a:", ":a", "a:b:c", "../x", "a/b", "a b", ".a", "-a", "a:.b", "C:\\x", "é", "a\n"})
    void noNames(String text) {
        assertTrue(ModelName.parse(text).isEmpty());
    }

    @Test
    void namesHaveALimit() {
        assertTrue(ModelName.parse("a".repeat(128)).isPresent());
        assertTrue(ModelName.parse("a".repeat(129)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GPUXfile", "models/a.onnx", "1_Pooling/config.json", "a b/c+d@e.bin", "modèle/模型.onnx",
        ".hidden", "..a", "conx", "😀"})
    void paths(String text) {
        assertEquals(text, new BundlePath(text).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/etc/passwd", "..", "a/../b", "./a", "a/.", "a//b", "a/", "C:/x", "a\\b", "a:b",
        "a\0b", "a\nb", "a\u007fb", "a\u0085b", "a\u2028b", "con", "a/NUL.txt", "com1.onnx", "a.", "a /b", "a*", "a?",
        "\ud800", "a\udc00b"})
    void noPaths(String text) {
        assertFalse(BundlePath.isPossible(text));
        assertThrows(StoreException.class, () -> new BundlePath(text));
    }

    @Test
    void pathsHaveALimit() {
        assertFalse(BundlePath.isPossible("a".repeat(201)));
        assertFalse(BundlePath.isPossible("é".repeat(101)));
        assertFalse(BundlePath.isPossible("a/".repeat(600) + "a"));
    }

    private static Manifest.Entry entry(String path) {
        return new Manifest.Entry(new BundlePath(path), SOME, 4);
    }

    @Test
    void filesThatWouldBeOneSomewhere() {
        assertThrows(StoreException.class, () -> new Manifest(List.of(entry("a"), entry("a"))));
        assertThrows(StoreException.class, () -> new Manifest(List.of(entry("a/b"), entry("A/B"))));
        assertThrows(StoreException.class, () -> new Manifest(List.of(entry("a"), entry("A/b"))));
        assertThrows(StoreException.class, () -> new Manifest(List.of()));
        assertEquals(2, new Manifest(List.of(entry("a/b"), entry("a/c"))).files().size());
    }

    @Test
    void aManifestComesBackFromItsText() {
        var manifest = new Manifest(List.of(entry("z"), entry("a b/c"), entry("m")));
        assertEquals(manifest, Manifest.parse(manifest.text()));
        assertEquals(List.of("a b/c", "m", "z"), manifest.files().stream().map(f -> f.path().text()).toList());
    }

    @Test
    void sizesThatOverflowAreStillASize() {
        var huge = 999_999_999_999_999_999L;
        var files = new ArrayList<Manifest.Entry>();
        for (int i = 0; i < 20; i++) {
            files.add(new Manifest.Entry(new BundlePath("f" + i), SOME, huge));
        }
        assertEquals(Long.MAX_VALUE, new Manifest(files).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpux bundle 1", "gpux bundle 1\n", "gpux bundle 2\nDIGEST 4 a\n", "gpux bundle 1\nDIGEST 4 a",
        "gpux bundle 1\nDIGEST 4 ../a\n", "gpux bundle 1\nDIGEST -4 a\n", "gpux bundle 1\nDIGEST 04 a\n",
        "gpux bundle 1\nDIGEST 9999999999999999999 a\n", "gpux bundle 1\nDIGEST  a\n", "gpux bundle 1\nDIGEST 4\n",
        "gpux bundle 1\nDIGEST 4 b\nDIGEST 4 a\n", "gpux bundle 1\n\nDIGEST 4 a\n", "gpux bundle 1\r\nDIGEST 4 a\r\n",
        "gpux bundle 1\nsha256:12 4 a\n", "gpux bundle 1\nDIGEST 4 a\nDIGEST 4 a\n"})
    void noManifests(String text) {
        var bytes = text.replace("DIGEST", SOME.toString()).getBytes(StandardCharsets.UTF_8);
        assertThrows(StoreException.class, () -> Manifest.parse(bytes));
    }

    @Test
    void anyChangeOfAManifestIsRefusedOrAnotherManifest() {
        var text = new Manifest(List.of(entry("GPUXfile"), entry("models/a.onnx"))).text();
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            var changed = text.clone();
            int changes = 1 + random.nextInt(3);
            for (int c = 0; c < changes; c++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertEquals(new String(changed, StandardCharsets.UTF_8),
                    new String(Manifest.parse(changed).text(), StandardCharsets.UTF_8));
            } catch (StoreException e) {
                // Refused, which is right as well.
            }
        }
    }

    @Test
    void aTagComesBackFromItsText() {
        var tagged = new Tagged(new ModelName("a", "b"), SOME, Instant.parse("2026-01-02T03:04:05.6Z"));
        assertEquals(tagged, Tagged.parse(tagged.name(), tagged.text()));
        for (var text : List.of("", "gpux tag 1\n", "gpux tag 1\n" + SOME + "\n", "gpux tag 1\n" + SOME + "\nyesterday\n",
            "gpux tag 1\nx\n2026-01-02T03:04:05Z\n")) {
            assertThrows(StoreException.class,
                () -> Tagged.parse(tagged.name(), text.getBytes(StandardCharsets.UTF_8)), text);
        }
    }
}
