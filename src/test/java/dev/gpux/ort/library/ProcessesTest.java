package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several real processes, and processes that die. */
class ProcessesTest {

    @TempDir
    Path folder;

    @Test
    void processesThatUnpackAtTheSameTimeAllGetTheLibrary() throws Exception {
        Path cache = folder.resolve("cache");
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 4; i++) {
            processes.add(Child.start(LoadMain.class, Map.of("GPUX_CACHE", cache.toString()), List.of(), List.of()));
        }
        for (Process process : processes) {
            awaitReady(process.getInputStream());
        }
        for (Process process : processes) {
            go(process);
        }
        var loaded = new HashSet<String>();
        for (Process process : processes) {
            String output = Child.finish(process).output();
            assertFalse(output.contains("warning"), output);
            loaded.add(output.lines().filter(line -> line.startsWith("loaded CLASS_PATH ")).findFirst().orElse(output));
        }
        assertEquals(1, loaded.size(), loaded.toString());
        assertTrue(loaded.iterator().next().startsWith("loaded CLASS_PATH " + cache.toRealPath()), loaded.toString());
        List<String> left = Natives.names(cache.resolve("native"));
        assertEquals(2, left.size(), "the library and the index: " + left);
        assertEquals(1, Natives.names(cache.resolve("native/index")).size());
    }

    @Test
    void telemetryIsOffForNativeCodeWhateverTheUserHasSet() throws Exception {
        for (String value : List.of("0", "1", "")) {
            String output = load(Map.of("GPUX_CACHE", folder.toString(), "ORT_DISABLE_TELEMETRY", value));
            assertTrue(output.contains("telemetry off 1"), output);
        }
    }

    @Test
    void gpuxOrtIsReadFromTheEnvironment() throws Exception {
        Path given = Natives.write(folder.resolve("ort").resolve(Natives.HERE.libraryName()),
                Natives.library(Natives.HERE));
        String output = load(Map.of("GPUX_CACHE", folder.resolve("cache").toString(), "GPUX_ORT",
                given.getParent().toString()));
        assertTrue(output.contains("loaded ENVIRONMENT " + given.toRealPath()), output);
        output = load(Map.of("GPUX_CACHE", folder.resolve("cache").toString(), "GPUX_ORT", ""));
        assertTrue(output.contains("loaded CLASS_PATH "), "an empty variable is none: " + output);
    }

    @Test
    void aLibraryInJavaLibraryPathIsFoundIfTheClassPathHasNone() throws Exception {
        Path bad = Natives.write(folder.resolve("bad").resolve(Natives.HERE.libraryName()), new byte[] {'x'});
        Path good = Natives.write(folder.resolve("good").resolve(Natives.HERE.libraryName()),
                Natives.library(Natives.HERE));
        String path = String.join(File.pathSeparator, "", ".", bad.getParent().toString(),
                good.getParent().toString());
        Process process = Child.start(LoadMain.class, Map.of("GPUX_CACHE", folder.toString()), List.of(),
                List.of("-Djava.library.path=" + path), "system");
        go(process);
        String output = Child.finish(process).output();
        assertTrue(output.contains("loaded SYSTEM " + good.toRealPath()), output);
    }

    /** Debian's name for it, which only the loader finds; and the path of what it found. */
    @Test
    void aLibraryThatOnlyTheLoaderKnowsIsFound() throws Exception {
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX, "names of Linux");
        Path file = Natives.write(folder.resolve("lib/libonnxruntime.so.1.29"), Natives.library(Natives.HERE));
        Process process = Child.start(LoadMain.class,
                Map.of("GPUX_CACHE", folder.toString(), "LD_LIBRARY_PATH", file.getParent().toString()), List.of(),
                List.of("-Djava.library.path=/nowhere"), "system");
        go(process);
        String output = Child.finish(process).output();
        assertTrue(output.contains("loaded SYSTEM " + file.toRealPath()), output);
        assertTrue(output.contains("telemetry off 1"), output);
    }

    @Test
    void aProcessThatDiesWhileUnpackingHarmsNobody() throws Exception {
        Path cache = folder.resolve("cache");
        assertEquals(9, Child.run(DyingMain.class, Map.of(), cache, "cache").status());
        List<String> left = Natives.names(cache.resolve("native"));
        assertEquals(1, left.size(), left.toString());
        assertTrue(left.getFirst().startsWith("unpacking-"), left.toString());

        String output = load(Map.of("GPUX_CACHE", cache.toString()));

        assertTrue(output.contains("loaded CLASS_PATH ") && !output.contains("warning"), output);
    }

    @Test
    void theTemporaryFolderOfAnUnusableCacheGoesWhenTheProcessEnds() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path file = Files.createFile(folder.resolve("file"));
        String output = load(Map.of("GPUX_CACHE", file.toString()), "-Djava.io.tmpdir=" + temporary);
        assertTrue(output.contains("warning The cache folder " + file), output);
        assertTrue(output.contains("loaded CLASS_PATH " + temporary.toRealPath()), output);
        assertEquals(List.of(), Natives.names(temporary));
    }

    @Test
    void theTemporaryFolderOfADeadProcessGoesWhenTheNextOneIsMade() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path living = PrivateFolder.create(temporary);
        assertEquals(9, Child.run(DyingMain.class, Map.of(), temporary, "temporary").status());
        assertEquals(4, Natives.names(temporary).size(), "two folders and their locks");

        Path mine = PrivateFolder.create(temporary);

        assertTrue(Files.isDirectory(mine) && Files.isDirectory(living));
        List<String> left = Natives.names(temporary);
        assertEquals(4, left.size(), "those of this living process: " + left);
        assertTrue(left.contains(mine.getFileName().toString()), left.toString());
    }

    /** A full disk, as far as one can have it without being root: no file may grow beyond a megabyte. */
    @Test
    void ifThereIsNoRoomAnywhereTheErrorSaysSo() throws Exception {
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX, "needs ulimit -f");
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path cache = folder.resolve("cache");
        Process process = Child.start(LoadMain.class, Map.of("GPUX_CACHE", cache.toString()),
                List.of("sh", "-c", "ulimit -f 1000; exec \"$@\"", "sh"),
                List.of("-Djava.io.tmpdir=" + temporary, "-XX:-UsePerfData"));
        go(process);
        String output = Child.finish(process).output();
        assertTrue(output.contains("UNPACK_FAILED") && output.contains(cache.toString())
                && output.contains(temporary.toString()) && output.contains("Make room"), output);
        assertEquals(List.of(), Natives.names(cache.resolve("native")), "nothing half-written is left");
    }

    private static String load(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        Process process = Child.start(LoadMain.class, environment, List.of(), List.of(options));
        go(process);
        return Child.finish(process).output();
    }

    private static void go(Process process) throws IOException {
        try (OutputStream out = process.getOutputStream()) {
            out.write('\n');
        }
    }

    private static void awaitReady(InputStream output) throws IOException {
        for (int c = output.read(); c != '\n'; c = output.read()) {
            assertTrue(c >= 0, "the process ended before it was ready");
        }
    }

    /** Writes half of a library and dies without any farewell. */
    static final class DyingMain {
        private DyingMain() {
        }

        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            if (arguments[1].equals("temporary")) {
                Files.write(PrivateFolder.create(folder).resolve("libonnxruntime.so"), new byte[100]);
                Runtime.getRuntime().halt(9);
            }
            new NativeCache(folder, folder, warning -> { }).unpack("key", unpacked -> {
                unpacked.add("libonnxruntime.so", 1000, new InputStream() {
                    private int left = 500;

                    @Override
                    public int read() {
                        if (left-- == 0) {
                            Runtime.getRuntime().halt(9);
                        }
                        return 1;
                    }
                }, "x");
                return "libonnxruntime.so";
            });
        }
    }
}
