package dev.gpux.provider.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains of real libraries, made by the C compiler; what the system's loader makes of them is the measure. */
class DependenciesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void onLinuxWithACompiler() {
        if (Platform.current().os() != Os.LINUX) {
            abort("the loader that this is measured with is Linux's");
        }
        if (!Files.isExecutable(Path.of("/usr/bin/cc"))) {
            if ("1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
                fail("install a C compiler (gcc)");
            }
            abort("install a C compiler (gcc) to run this");
        }
    }

    private Path compile(String file, List<Path> needs, String... flags) throws Exception {
        var target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        var name = target.getFileName().toString();
        var source = Files.writeString(folder.resolve("x.c"), "int f_" + name.replace('.', '_') + "(void){return 1;}");
        var command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-nostartfiles", "-Wl,--no-as-needed",
            "-Wl,-soname," + name, "-o", target.toString(), source.toString()));
        needs.forEach(need -> command.add(need.toString()));
        command.addAll(List.of(flags));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0, output);
        return target;
    }

    private static LinuxSearch search(Path... environment) {
        var process = LinuxSearch.ofProcess();
        return new LinuxSearch(List.of(environment), process.cache(), process.defaults());
    }

    private Map<String, String> walk(Path library, Path... environment) throws Exception {
        var found = new TreeMap<String, String>();
        for (var dependency : Dependencies.of(library, search(environment))) {
            found.put(dependency.name(), dependency.file().map(Path::toString).orElse("not found"));
        }
        return found;
    }

    /** What the loader itself says: {@code ldd}. */
    private static Map<String, String> ldd(Path library, Path... environment) throws Exception {
        var builder = new ProcessBuilder("ldd", library.toString()).redirectErrorStream(true);
        if (environment.length > 0) {
            builder.environment().put("LD_LIBRARY_PATH", environment[0].toString());
        } else {
            builder.environment().remove("LD_LIBRARY_PATH");
        }
        var process = builder.start();
        var found = new TreeMap<String, String>();
        for (var line : new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            // "  libb.so.1 => /x/libb.so.1 (0x…)", "  libb.so.1 => not found", "  /lib64/ld-linux… (0x…)"
            var sides = line.strip().split(" => ");
            if (sides.length == 2) {
                var file = sides[1].startsWith("not found") ? "not found"
                    : Path.of(sides[1].substring(0, sides[1].indexOf(" ("))).toRealPath().toString();
                found.put(sides[0], file);
            }
        }
        assertFalse(found.isEmpty());
        return found;
    }

    @Test
    void aLibraryOfTheJdkNeedsWhatLddSays() throws Exception {
        var library = Path.of(System.getProperty("java.home"), "lib", "libnet.so");
        assertEquals(ldd(library), walk(library));
    }

    @Test
    void aChainIsFollowedThroughItsRunpaths() throws Exception {
        var c = compile("deep/libc1.so.1", List.of());
        var b = compile("libb.so.1", List.of(c), "-Wl,--enable-new-dtags,-rpath,$ORIGIN/deep");
        var a = compile("liba.so.1", List.of(b), "-Wl,--enable-new-dtags,-rpath,$ORIGIN", "-lm");
        assertEquals(ldd(a), walk(a));
        assertEquals(c.toRealPath().toString(), walk(a).get("libc1.so.1"));
        assertTrue(walk(a).containsKey("libm.so.6"));
    }

    @Test
    void whatIsMissingIsNamedWithWhoeverNeedsIt() throws Exception {
        var c = compile("libc1.so.1", List.of());
        var b = compile("libb.so.1", List.of(c), "-Wl,--enable-new-dtags,-rpath,$ORIGIN");
        var a = compile("liba.so.1", List.of(b), "-Wl,--enable-new-dtags,-rpath,$ORIGIN");
        Files.delete(c);
        assertEquals("not found", ldd(a).get("libc1.so.1"));
        var missing = Dependencies.of(a, search()).stream().filter(Dependencies.Dependency::isMissing).toList();
        assertEquals(1, missing.size());
        assertEquals("libc1.so.1", missing.getFirst().name());
        assertEquals(b.toRealPath(), missing.getFirst().by().toRealPath());
    }

    @Test
    void theEnvironmentShadowsARunpathButNotAnRpath() throws Exception {
        var inEnvironment = compile("env/libb.so.1", List.of());
        var beside = compile("lib/libb.so.1", List.of());
        var env = folder.resolve("env");

        var runpath = compile("lib/liba.so.1", List.of(beside), "-Wl,--enable-new-dtags,-rpath,$ORIGIN");
        assertEquals(ldd(runpath, env), walk(runpath, env));
        var shadowing = Dependencies.of(runpath, search(env)).getFirst();
        assertEquals(inEnvironment.toRealPath(), shadowing.file().orElseThrow());
        assertEquals(List.of(beside.toRealPath()), shadowing.shadowed());

        var rpath = compile("lib/libold.so.1", List.of(beside), "-Wl,--disable-new-dtags,-rpath,$ORIGIN");
        assertEquals(ldd(rpath, env), walk(rpath, env));
        assertEquals(beside.toRealPath(), Dependencies.of(rpath, search(env)).getFirst().file().orElseThrow());
    }

    @Test
    void aDamagedLibraryIsFoundAndSaidToBeDamaged() throws Exception {
        var b = compile("libb.so.1", List.of());
        var a = compile("liba.so.1", List.of(b), "-Wl,--enable-new-dtags,-rpath,$ORIGIN");
        Files.writeString(b, "not a library any more");
        var dependency = Dependencies.of(a, search()).getFirst();
        assertEquals("is no shared library", dependency.damage().orElseThrow());
    }

    @Test
    void librariesThatNeedEachOtherEnd() throws Exception {
        var stub = compile("libb.so.1", List.of());
        var a = compile("liba.so.1", List.of(stub), "-Wl,--enable-new-dtags,-rpath,$ORIGIN");
        compile("libb.so.1", List.of(a), "-Wl,--enable-new-dtags,-rpath,$ORIGIN");
        assertEquals(List.of("liba.so.1", "libb.so.1"),
            walk(a).keySet().stream().filter(name -> !name.startsWith("libc.")).toList());
    }

    @Test
    void theCacheOfLdconfigIsRead() throws Exception {
        var listed = new ProcessBuilder("/sbin/ldconfig", "-p").start();
        var lines = new String(listed.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        var cache = LdCache.read(Path.of("/etc/ld.so.cache"), Platform.current().cpu());
        int compared = 0;
        for (var line : lines) {
            // "	libz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1"
            if (line.contains(" (libc6,x86-64) => ") || line.contains(" (libc6,AArch64) => ")) {
                var name = line.strip().split(" ")[0];
                var file = Path.of(line.substring(line.indexOf("=> ") + 3));
                assertTrue(cache.files(name).contains(file), line);
                compared++;
            }
        }
        assertTrue(compared > 5, () -> lines.toString());
        assertEquals(List.of(), cache.files("libnothing.so.1"));
    }

    @Test
    void aDamagedCacheHasFewerEntriesAndNothingElse() throws IOException {
        var bytes = Files.readAllBytes(Path.of("/etc/ld.so.cache"));
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            var damaged = bytes.clone();
            for (int j = 0; j < 20; j++) {
                damaged[random.nextInt(Math.min(4096, damaged.length))] = (byte) random.nextInt();
            }
            LdCache.read(Files.write(folder.resolve("cache"), damaged), Platform.current().cpu()).files("libc.so.6");
        }
        var huge = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        huge.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII)).putInt(-1);
        assertEquals(List.of(), LdCache.read(Files.write(folder.resolve("huge"), huge.array()),
            Platform.current().cpu()).files("libc.so.6"));
        assertEquals(List.of(), LdCache.read(folder.resolve("none"), Platform.current().cpu()).files("libc.so.6"));
    }

    @Test
    void likelyPlacesKnowOtherVersions() throws IOException {
        var toolkit = Files.createDirectory(folder.resolve("cuda"));
        var other = Files.writeString(toolkit.resolve("libcublas.so.13"), "");
        Files.writeString(toolkit.resolve("libcublas.so"), "");
        Files.writeString(toolkit.resolve("libcublasLt.so.13"), "");
        var here = Files.writeString(toolkit.resolve("libcudnn.so.9"), "");
        var places = LikelyPlaces.of(List.of(toolkit));
        assertEquals(here, places.find("libcudnn.so.9").orElseThrow());
        assertTrue(places.find("libcublas.so.12").isEmpty());
        assertEquals(List.of(other), places.otherVersions("libcublas.so.12", List.of()));
        assertEquals(List.of(), places.otherVersions("libcudnn.so.9", List.of(folder)));
    }

    @Test
    void windowsAndMacLookWhereTheyLook() throws IOException {
        var system = Files.createDirectory(folder.resolve("System32"));
        Files.writeString(system.resolve("kernel32.dll"), "");
        var image = NativeImage.without(NativeImage.Format.PE);
        var library = folder.resolve("onnxruntime.dll");
        var windows = new WindowsSearch(List.of(system), List.of());
        assertEquals(List.of(system.resolve("kernel32.dll")), windows.find("KERNEL32.dll", library, image));
        assertEquals(List.of(), windows.find("cublasLt64_12.dll", library, image));
        assertTrue(windows.isBuiltIn("api-ms-win-crt-runtime-l1-1-0.dll"));

        var beside = Files.writeString(folder.resolve("libx.dylib"), "");
        var mac = new MacSearch(List.of());
        var rpath = new NativeImage(NativeImage.Format.MACH_O, Optional.empty(), List.of(), List.of(),
            List.of("@loader_path"), List.of());
        assertEquals(List.of(beside), mac.find("@rpath/libx.dylib", library, rpath));
        assertEquals(List.of(), mac.find("@rpath/liby.dylib", library, rpath));
        assertTrue(mac.isBuiltIn("/System/Library/Frameworks/CoreML.framework/Versions/A/CoreML"));
    }
}
