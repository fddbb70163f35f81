package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKindTest {

    @Test
    void tellsWhatPeopleMistakeForALibrary() {
        assertEquals(FileKind.EMPTY, FileKind.of(new byte[0]));
        assertEquals(FileKind.TEXT, text("INPUT(libonnxruntime.so.1)\n"));
        assertEquals(FileKind.TEXT, text("größer\n"));
        assertEquals(FileKind.HTML, text("\n <!DOCTYPE html><html>"));
        assertEquals(FileKind.GIT_LFS, text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"));
        assertEquals(FileKind.AR, text("!<arch>\n"));
        assertEquals(FileKind.UNKNOWN, FileKind.of(new byte[] {8, 7, 18, 2}));
        assertEquals(FileKind.XZ, FileKind.of(new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0}));
    }

    @Test
    void tellsArchivesAndLibraries(@TempDir Path folder) throws Exception {
        Path zip = Natives.zip(folder.resolve("a.zip"), "x", new byte[] {1});
        assertEquals(FileKind.ZIP, FileKind.of(Files.readAllBytes(zip)));
        assertEquals(FileKind.BINARY, FileKind.of(Natives.smallLibrary()));
    }

    private static FileKind text(String text) {
        return FileKind.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
