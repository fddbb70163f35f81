package dev.gpux.ort.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gpux.ort.library.LibraryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a library is looked for, and what is said if it is not there; nothing is loaded here. */
class LibraryFinderTest {
    private static final String MAVEN = "ai/onnxruntime/native/" + Natives.HERE.folder() + "/";
    private static final String CORE = Natives.HERE.libraryName();
    private static final String SHARED = Natives.HERE.providerLibraryName("shared");
    // A finder looks at the header only, so a small library will do for the core.
    private static final byte[] SMALL = Natives.smallLibrary();

    @TempDir
    Path folder;

    // ---- order

    @Test
    void theFirstLocationGivenDecides() throws IOException {
        Path a = Natives.write(folder.resolve("a").resolve(CORE), SMALL);
        Path b = Natives.write(folder.resolve("b").resolve(CORE), SMALL);
        Path c = Natives.write(folder.resolve("c").resolve(CORE), SMALL);
        LibraryRequest request = request().withGpuxfile(c);
        assertFound(Origin.GPUXFILE, c, request);
        request = request.withEnvironment(b);
        assertFound(Origin.ENVIRONMENT, b, request);
        request = request.withExplicit(a);
        assertFound(Origin.EXPLICIT, a, request);
    }

    @Test
    void aLocationThatIsNoGoodIsAnErrorAndNotPassedOver() {
        LibraryRequest request = request().withClassLoader(getClass().getClassLoader())
                .withEnvironment(folder.resolve("nothing"));
        var e = fails(Kind.NOT_FOUND, request);
        assertTrue(e.getMessage().startsWith("GPUX_ORT " + folder.resolve("nothing") + " does not exist."),
                e.getMessage());
    }

    @Test
    void ifThereIsNoneTheErrorListsEveryPlaceAndSaysWhatToDo() {
        // No system has a library for this processor.
        var e = assertThrows(LibraryException.class,
                () -> LibraryFinder.find(request(), new Platform(Platform.Os.WINDOWS, Platform.Cpu.S390X)));
        assertEquals(Kind.NOT_FOUND, e.kind());
        for (String part : List.of("IBM Z Windows", "--ort: not given", "GPUX_ORT: not given",
                "library in the GPUXfile: not given", "class path: nothing on it has ai/onnxruntime/native/win-s390x/",
                "system: no onnxruntime.dll in ", "Give one with --ort or GPUX_ORT", "com.microsoft.onnxruntime")) {
            assertTrue(e.getMessage().contains(part), part + " is not in: " + e.getMessage());
        }
    }

    // ---- class path

    @Test
    void findsTheMavenJarsNativesForEveryPlatformInIt() {
        for (Platform platform : List.of(Platform.of("Linux", "amd64"), Natives.LINUX_ARM,
                Platform.of("Mac OS X", "aarch64"), Platform.of("Windows", "amd64"))) {
            LibraryRequest request = request().withClassLoader(getClass().getClassLoader());
            LocatedLibrary found = LibraryFinder.find(request, platform);
            assertEquals(Origin.CLASS_PATH, found.origin());
            assertEquals(platform.libraryName(), found.path().getFileName().toString());
            assertEquals(Natives.library(platform).length, found.path().toFile().length());
        }
    }

    @Test
    void providersBesideTheLibraryComeAlong() throws IOException {
        Path jar = Natives.zip(folder.resolve("gpu.jar"), MAVEN, new byte[0], MAVEN + CORE, SMALL, MAVEN + SHARED,
                SMALL, MAVEN + System.mapLibraryName("onnxruntime4j_jni"), SMALL, MAVEN + "notes.txt", SMALL,
                "elsewhere/" + SHARED, new byte[] {1});

        LocatedLibrary found = find(request().withClassLoader(loader(jar)));

        assertEquals(jar.toString(), found.source());
        assertEquals(List.of(CORE, SHARED).stream().sorted().toList(), Natives.names(found.path().getParent()));
        assertArrayEquals(SMALL, Files.readAllBytes(found.path().resolveSibling(SHARED)));
    }

    @Test
    void ofSeveralJarsTheOneWithAnAcceleratorWins() throws IOException {
        Path cpu = Natives.zip(folder.resolve("cpu.jar"), MAVEN + CORE, SMALL, MAVEN + SHARED, SMALL);
        Path gpu = Natives.zip(folder.resolve("gpu.jar"), MAVEN + CORE, SMALL,
                MAVEN + Natives.HERE.providerLibraryName("cuda"), SMALL);
        Path other = Natives.zip(folder.resolve("other.jar"), MAVEN + CORE, SMALL);

        LocatedLibrary found = find(request().withClassLoader(loader(cpu, gpu, other)));
        assertEquals(gpu.toString(), found.source());
        List<Skipped> jars = found.skipped().stream().filter(skipped -> skipped.what().contains(".jar")).toList();
        assertEquals(2, jars.size(), jars.toString());
        assertTrue(jars.getFirst().toString().contains("cpu.jar"), jars.toString());

        assertEquals(other.toString(), find(request().withClassLoader(loader(other, cpu))).source());
    }

    @Test
    void aJarThatWasReplacedIsUnpackedAgain() throws IOException {
        Path jar = Natives.zip(folder.resolve("a.jar"), MAVEN + CORE, SMALL);
        LocatedLibrary first = find(request().withClassLoader(loader(jar)));
        byte[] newer = SMALL.clone();
        newer[newer.length - 1] ^= 1;
        Path replaced = Natives.zip(folder.resolve("b.jar"), MAVEN + CORE, newer);
        Files.setLastModifiedTime(replaced, Files.getLastModifiedTime(jar));
        Files.move(replaced, jar, StandardCopyOption.REPLACE_EXISTING);

        LocatedLibrary second = find(request().withClassLoader(loader(jar)));

        assertArrayEquals(newer, Files.readAllBytes(second.path()));
        assertArrayEquals(SMALL, Files.readAllBytes(first.path()), "a process may be using it");
    }

    @Test
    void aFolderOnTheClassPathIsUsedInPlace() throws IOException {
        Path library = Natives.write(folder.resolve("classes").resolve(MAVEN).resolve(CORE), SMALL);
        LocatedLibrary found = find(request().withClassLoader(loader(folder.resolve("classes"))));
        assertEquals(library.toRealPath(), found.path());
    }

    /** As in programs that keep jars inside their jar: the URL is not that of a plain jar file. */
    @Test
    void aLibraryInAnotherKindOfJarUrlIsReadThroughItsConnection() throws IOException {
        Path jar = Natives.zip(folder.resolve("a.jar"), MAVEN + CORE, SMALL);
        URL plain = URI.create("jar:" + jar.toUri() + "!/" + MAVEN + CORE).toURL();
        LocatedLibrary found = find(request().withClassLoader(new OneResource(plain)));
        assertArrayEquals(SMALL, Files.readAllBytes(found.path()));
    }

    @Test
    void aResourceThatIsInNoJarIsAnErrorThatSaysWhatToDo() throws IOException {
        URL file = Natives.write(folder.resolve(CORE), SMALL).toUri().toURL();
        var e = fails(Kind.UNPACK_FAILED, request().withClassLoader(new OneResource(file)));
        assertTrue(e.getMessage().contains("nested:") && e.getMessage().contains("--ort"), e.getMessage());
    }

    @Test
    void aDamagedJarIsAnError() throws IOException {
        Path jar = Natives.zip(folder.resolve("a.jar"), MAVEN + CORE, SMALL);
        byte[] bytes = Files.readAllBytes(jar);
        // Behind the local header (30 bytes and the name), in the middle of the compressed library.
        bytes[bytes.length / 2] ^= 0x10;
        Files.write(jar, bytes);
        var e = fails(Kind.UNPACK_FAILED, request().withClassLoader(loader(jar)));
        assertTrue(e.getMessage().contains(jar.toString()) && e.getMessage().contains("damaged"), e.getMessage());
    }

    // ---- given folders

    @ParameterizedTest
    @ValueSource(strings = {"", "lib", "onnxruntime-linux-x64-1.29.0/lib", "package/bin/napi-v6/linux/x64",
        "node_modules/onnxruntime-node/bin/napi-v6/linux/x64", "org/bytedeco/onnxruntime/linux-x86_64-gpu",
        "ai/onnxruntime/native/linux-x64", "onnxruntime/capi", "runtimes/linux-x64/native"})
    void findsTheLibraryInTheLayoutsOfAllPackages(String layout) throws IOException {
        Path library = Natives.write(folder.resolve("given").resolve(layout).resolve(CORE), SMALL);
        assertEquals(library.toRealPath(), find(request().withExplicit(folder.resolve("given"))).path());
    }

    @Test
    void aFolderForManyPlatformsGivesTheOneForThisJvm() throws IOException {
        Path given = folder.resolve("given");
        for (String arch : List.of("amd64", "aarch64")) {
            Platform platform = Platform.of("Linux", arch);
            byte[] head = Natives.library(platform);
            Natives.write(given.resolve("bin/linux").resolve(arch).resolve("libonnxruntime.so.1"), head);
        }
        LibraryRequest request = request().withExplicit(given);
        assertTrue(LibraryFinder.find(request, Platform.of("Linux", "amd64")).path().toString().contains("amd64"));
        assertTrue(LibraryFinder.find(request, Natives.LINUX_ARM).path().toString().contains("aarch64"));
        var e = assertThrows(LibraryException.class,
                () -> LibraryFinder.find(request, Platform.of("Windows", "amd64")));
        assertEquals(Kind.WRONG_ARCHITECTURE, e.kind());
        assertTrue(e.getMessage().contains("x86-64 Windows") && e.getMessage().contains("aarch64 Linux (ELF)"),
                e.getMessage());
    }

    @Test
    void theNearestThenThePlainThenTheNewestNameWins() throws IOException {
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX, "names of Linux");
        Path given = folder.resolve("given");
        LibraryRequest request = request().withExplicit(given);
        for (String better : List.of("deep/er/libonnxruntime.so", "lib/libonnxruntime.so.1.9.0",
                "lib/libonnxruntime.so.1.29.0", "lib/libonnxruntime.so", "libonnxruntime.so.1")) {
            Path library = Natives.write(given.resolve(better), SMALL);
            assertEquals(library.toRealPath(), find(request).path());
        }
    }

    /** ORT looks for its providers beside the file that it was loaded from. */
    @Test
    void aLinkIsFollowedToTheFileItMeans() throws IOException {
        assumeTrue(Natives.HERE.os() != Platform.Os.WINDOWS, "symbolic links");
        Path real = Natives.write(folder.resolve("opt/" + CORE + ".real"), SMALL);
        Path given = Files.createDirectory(folder.resolve("given"));
        Files.createSymbolicLink(given.resolve(CORE), real);
        assertEquals(real.toRealPath(), find(request().withExplicit(given)).path());
        assertEquals(real.toRealPath(), find(request().withExplicit(given.resolve(CORE))).path());
    }

    @Test
    void aFolderWithoutALibraryIsAnErrorThatSaysWhatWasLookedFor() throws IOException {
        Files.createDirectories(folder.resolve("given/lib"));
        var e = fails(Kind.NOT_FOUND, request().withExplicit(folder.resolve("given")));
        assertTrue(e.getMessage().contains(folder.resolve("given").toString()) && e.getMessage().contains(CORE),
                e.getMessage());
    }

    @Test
    void aFolderWithAFileThatOnlyHasTheNameIsAnErrorThatSaysSo() throws IOException {
        Path text = Natives.write(folder.resolve("given/lib").resolve(CORE), "hello\n".getBytes());
        var e = fails(Kind.NOT_A_LIBRARY, request().withExplicit(folder.resolve("given")));
        assertTrue(e.getMessage().contains(text + " is a text file, not a library"), e.getMessage());
    }

    // ---- given files

    @Test
    void aFileMayHaveAnyName() throws IOException {
        Path library = Natives.write(folder.resolve("my ort.bin"), SMALL);
        assertEquals(library.toRealPath(), find(request().withExplicit(library)).path());
    }

    @Test
    void aFileThatIsNoLibraryIsAnErrorThatSaysWhatItIs() throws IOException {
        byte[] library = Natives.library(Natives.HERE);
        assertNoLibrary("a text file", "hello\n".getBytes());
        assertNoLibrary("an empty file", new byte[0]);
        assertNoLibrary("a web page", "<!DOCTYPE html><title>404</title>".getBytes());
        assertNoLibrary("cut off", Arrays.copyOf(library, library.length / 3));
        assertNoLibrary("cut off", Arrays.copyOf(library, 50));
    }

    private void assertNoLibrary(String what, byte[] content) throws IOException {
        Path file = Natives.write(folder.resolve(CORE), content);
        var e = fails(Kind.NOT_A_LIBRARY, request().withExplicit(file));
        assertTrue(e.getMessage().contains(what) && e.getMessage().contains("--ort " + file), e.getMessage());
    }

    @Test
    void aLibraryForAnotherProcessorIsAnErrorThatNamesBoth() throws IOException {
        Platform other = Natives.HERE.cpu() == Platform.Cpu.AARCH64 ? Platform.of("Linux", "amd64")
                : Natives.LINUX_ARM;
        Path file = Natives.write(folder.resolve("libonnxruntime.so"), Natives.library(other));
        var e = fails(Kind.WRONG_ARCHITECTURE, request().withExplicit(file));
        assertTrue(e.getMessage().contains("built for " + other.cpu().label() + " Linux (ELF)")
                && e.getMessage().contains("This JVM runs on " + Natives.HERE.label() + ":"), e.getMessage());
    }

    // ---- given archives

    @ParameterizedTest
    @ValueSource(strings = {"lib/", "onnxruntime-win-x64-1.29.0/lib/", "org/bytedeco/onnxruntime/linux-x86_64-gpu/",
        "ai/onnxruntime/native/linux-x64/", "onnxruntime/capi/", ""})
    void findsTheLibraryInAZip(String layout) throws IOException {
        Path zip = Natives.zip(folder.resolve("a.zip"), "README", new byte[] {1}, layout + CORE, SMALL,
                layout + SHARED, SMALL, "other/" + SHARED, new byte[] {2});
        LocatedLibrary found = find(request().withExplicit(zip));
        assertArrayEquals(SMALL, Files.readAllBytes(found.path()));
        assertEquals(List.of(CORE, SHARED).stream().sorted().toList(), Natives.names(found.path().getParent()));
        assertEquals(found, find(request().withExplicit(zip)));
    }

    @Test
    void findsTheLibraryInAReleaseArchiveWithItsLinks() throws Exception {
        assumeTrue(Natives.HERE.os() == Platform.Os.LINUX, "needs GNU tar");
        Path lib = folder.resolve("onnxruntime-linux-x64-1.29.0/lib");
        Natives.write(lib.resolve("libonnxruntime_providers_shared.so"), SMALL);
        Natives.write(lib.resolve("libonnxruntime.so.1.29.0"), SMALL);
        Natives.write(lib.resolve("pkgconfig/libonnxruntime.pc"), new byte[] {1});
        Files.createSymbolicLink(lib.resolve("libonnxruntime.so.1"), Path.of("libonnxruntime.so.1.29.0"));
        Files.createSymbolicLink(lib.resolve("libonnxruntime.so"), Path.of("libonnxruntime.so.1"));
        Natives.run(folder, "tar", "czf", "ort.tgz", "onnxruntime-linux-x64-1.29.0");
        Natives.run(folder, "tar", "cf", "ort.tar", "onnxruntime-linux-x64-1.29.0");
        for (String name : List.of("ort.tgz", "ort.tar")) {
            LocatedLibrary found = find(request().withExplicit(folder.resolve(name)));
            assertEquals("libonnxruntime.so.1.29.0", found.path().getFileName().toString());
            assertEquals(List.of("libonnxruntime.so.1.29.0", "libonnxruntime_providers_shared.so"),
                    Natives.names(found.path().getParent()));
        }
    }

    @Test
    void anArchiveForManyPlatformsGivesTheOneForThisJvm() throws IOException {
        Platform x64 = Platform.of("Linux", "amd64");
        Path zip = Natives.zip(folder.resolve("npm.zip"),
                "package/bin/napi-v6/linux/arm64/libonnxruntime.so.1", Natives.library(Natives.LINUX_ARM),
                "package/bin/napi-v6/linux/x64/libonnxruntime.so.1", Natives.library(x64));
        LibraryRequest request = request().withExplicit(zip);
        for (Platform platform : List.of(x64, Natives.LINUX_ARM)) {
            assertArrayEquals(Natives.library(platform),
                    Files.readAllBytes(LibraryFinder.find(request, platform).path()));
        }
        var e = assertThrows(LibraryException.class,
                () -> LibraryFinder.find(request, Platform.of("Mac OS X", "aarch64")));
        assertEquals(Kind.WRONG_ARCHITECTURE, e.kind());
    }

    @Test
    void anArchiveWithoutALibraryIsAnErrorThatSaysWhatWasLookedFor() throws IOException {
        Path zip = Natives.zip(folder.resolve("sources.zip"), "README", new byte[] {1});
        var e = fails(Kind.NOT_FOUND, request().withExplicit(zip));
        assertTrue(e.getMessage().contains("sources.zip") && e.getMessage().contains(CORE), e.getMessage());
    }

    @Test
    void aZipThatIsCutOffIsAnError() throws IOException {
        Path zip = Natives.zip(folder.resolve("a.zip"), CORE, SMALL);
        byte[] bytes = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
        var e = fails(Kind.UNPACK_FAILED, request().withExplicit(zip));
        assertTrue(e.getMessage().contains("a.zip") && e.getMessage().contains("damaged"), e.getMessage());
    }

    // ---- helpers

    private LibraryRequest request() {
        return new LibraryRequest(Optional.empty(), Optional.empty(), Optional.empty(), loader(),
                folder.resolve("cache"), warning -> { });
    }

    private static LocatedLibrary find(LibraryRequest request) {
        return LibraryFinder.find(request, Natives.HERE);
    }

    private static LibraryException fails(Kind kind, LibraryRequest request) {
        var e = assertThrows(LibraryException.class, () -> find(request));
        assertEquals(kind, e.kind(), e.getMessage());
        return e;
    }

    private static void assertFound(Origin origin, Path library, LibraryRequest request) throws IOException {
        LocatedLibrary found = find(request);
        assertEquals(origin, found.origin());
        assertEquals(library.toRealPath(), found.path());
    }

    private static ClassLoader loader(Path... jars) {
        URL[] urls = Arrays.stream(jars).map(jar -> {
            try {
                return jar.toUri().toURL();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }).toArray(URL[]::new);
        return new URLClassLoader(urls, null);
    }

    /** Has one resource, at a URL of a protocol of its own whose connection is that of another URL. */
    private static final class OneResource extends ClassLoader {
        private final URL real;

        OneResource(URL real) {
            super(null);
            this.real = real;
        }

        @Override
        protected Enumeration<URL> findResources(String name) throws IOException {
            URL nested = URL.of(URI.create("nested:" + real), new URLStreamHandler() {
                @Override
                protected URLConnection openConnection(URL url) throws IOException {
                    return real.openConnection();
                }
            });
            return Collections.enumeration(name.equals(MAVEN + CORE) ? List.of(nested) : List.of());
        }
    }
}
