package dev.gpux.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.provider.natives.NativeImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpux package}, and what it makes, in environments where there is nothing else. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the tests read ELF files and make chroots")
class PackageIT {
    /** What every system with glibc and C++ programs has. */
    private static final Set<String> OF_THE_SYSTEM = Set.of("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0",
        "librt.so.1", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1");
    private static final String ANSWER = "y  float32[1, 3]  0.0900306  0.244728  0.665241";

    @TempDir
    private Path temporary;

    @Test
    void runsWithAnEmptyEnvironment() throws Exception {
        var answer = Ended.of(Map.of(), Packaged.folder().resolve("gpux").toString(), "run",
            Path.of("GPUXfile").toAbsolutePath().toString());
        assertEquals(0, answer.code(), answer::toString);
        assertTrue(answer.out().startsWith("embedding  float32[384]"), answer::toString);
    }

    /** With this mode Java refuses to start when it cannot use the cache. The archive is unpacked in another place. */
    @Test
    void takesItsOwnJavaCacheAndLibraryWhereverItIs() throws Exception {
        var place = Files.createDirectories(temporary.resolve("another place"));
        var unpacked = Ended.of(Map.of("PATH", System.getenv("PATH")), "tar", "-xzf", Packaged.archive().toString(),
            "-C", place.toString());
        assertEquals(0, unpacked.code(), unpacked::toString);
        var home = place.toRealPath().resolve(Packaged.NAME);
        var model = Packaged.writeModel(temporary.resolve("softmax.onnx"));
        var answer = Ended.of(Map.of("GPUX_JAVA_OPTS", "-XX:AOTMode=on", "JAVA_HOME", "/nowhere"),
            home.resolve("gpux").toString(), "run", model.toString(), "-i", "x=[[1, 2, 3]]", "-v");
        assertEquals(0, answer.code(), answer::toString);
        assertEquals(ANSWER, answer.out().strip());
        assertTrue(answer.err().contains(home.resolve("lib/libonnxruntime.so").toString()), answer::toString);
    }

    @Test
    void everythingIsReadableAndOfTheBuildsTime() throws IOException {
        Set<Object> times;
        Set<String> modes;
        try (var all = Files.walk(Packaged.folder())) {
            var paths = all.toList();
            times = new TreeSet<>();
            modes = new TreeSet<>();
            for (var path : paths) {
                times.add(Files.getLastModifiedTime(path));
                modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        assertEquals(1, times.size(), times::toString);
        assertEquals(Set.of("rw-r--r--", "rwxr-xr-x"), modes);
    }

    @Test
    void needsOnlyTheLibrariesThatEverySystemHas() throws Exception {
        Set<String> own;
        List<Path> objects;
        try (var all = Files.walk(Packaged.folder())) {
            var files = all.filter(Files::isRegularFile).toList();
            own = files.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            objects = files.stream().filter(file -> file.toString().endsWith(".so")
                || file.getParent().endsWith("bin")).toList();
        }
        var missing = new TreeMap<String, String>();
        for (var object : objects) {
            for (var needed : NativeImage.read(object).needed()) {
                if (!own.contains(needed) && !OF_THE_SYSTEM.contains(needed)) {
                    missing.put(object.getFileName().toString(), needed);
                }
            }
        }
        assertTrue(objects.size() > 15, objects::toString);
        assertEquals(Map.of(), missing);
    }

    @Test
    void runsInAChrootThatMayNotBeWrittenAsNobodyKnown() throws Exception {
        var cage = Cage.of(Packaged.root());
        Packaged.writeModel(cage.folder("/mnt/models").resolve("model.onnx"));
        var lib = "/opt/gpux/lib/";
        var answer = cage.run(Map.of("PATH", System.getenv("PATH")), List.of("/opt/gpux/jre/bin/java",
            "--enable-native-access=ALL-UNNAMED", "-Xlog:disable", "-XX:AOTMode=on", "-XX:AOTCache=" + lib + "gpux.aot",
            "-cp", lib + "gpux.jar", "dev.gpux.cli.Main", "run", "/mnt/models/model.onnx", "-i", "x=[[1, 2, 3]]"));
        assertEquals(0, answer.code(), answer::toString);
        assertEquals(ANSWER, answer.out().strip(), answer::toString);
        assertTrue(answer.err().startsWith("model on cpu"), answer::toString);
    }

    @Test
    void overwritesNothing() throws Exception {
        var failure = assertThrows(AssertionError.class,
            () -> Packaged.makeIn(Packaged.folder().getParent()));
        assertTrue(failure.getMessage().contains("exit code 2"), failure::getMessage);
        assertTrue(failure.getMessage().contains("is there already"), failure::getMessage);
    }

    /** The long form, -Dgpux.package.twice=true: the same jar and JDK give the same bytes, but for the AOT cache. */
    @Test
    void isTheSameWhenMadeAgain() throws Exception {
        assumeTrue(Boolean.getBoolean("gpux.package.twice"), "takes half a minute; -Dgpux.package.twice=true");
        Packaged.makeIn(temporary);
        assertEquals(digests(Packaged.folder()), digests(temporary.resolve(Packaged.NAME)));
    }

    private static Map<String, String> digests(Path folder) throws Exception {
        var digests = new TreeMap<String, String>();
        try (var all = Files.walk(folder)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                var name = folder.relativize(file).toString();
                var sha = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                digests.put(name, name.endsWith("gpux.aot") ? "" : HexFormat.of().formatHex(sha));
            }
        }
        return digests;
    }
}
