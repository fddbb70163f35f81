package dev.gpux.ort.library;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The natives of the official Maven jars, CPU or GPU, or of GPUX's own jar, on the class path:
 * {@code ai/onnxruntime/native/linux-x64/libonnxruntime.so} and the providers beside it.
 *
 * <p>If several jars have one, that with the library of an accelerator's provider wins, for whoever put it there means
 * it; else the first.
 */
final class ClassPathNatives {
    private static final String BASE = "ai/onnxruntime/native/";
    private static final List<String> ACCELERATORS =
            List.of("cuda", "tensorrt", "nv_tensorrt_rtx", "migraphx", "rocm", "openvino", "qnn", "vitisai", "cann");

    private final ClassLoader loader;
    private final Platform platform;
    private final NativeCache cache;

    ClassPathNatives(ClassLoader loader, Platform platform, NativeCache cache) {
        this.loader = loader;
        this.platform = platform;
        this.cache = cache;
    }

    /** What was found: the library on the disk, and the jar or folder it was in. */
    record Found(Path library, String source) {
    }

    /** The library, unpacked if need be; empty if there is none, then {@code skipped} says so. */
    Optional<Found> find(List<Skipped> skipped) {
        String resource = BASE + platform.folder() + "/" + platform.libraryName();
        Optional<Path> program = program();
        if (program.isPresent()) {
            Optional<Path> beside = packaged(program.get());
            if (beside.isPresent()) {
                return Optional.of(new Found(beside.get(), beside.get().toString()));
            }
            Optional<Path> known = cache.find(key(program.get(), resource));
            if (known.isPresent()) {
                return Optional.of(new Found(known.get(), program.get().toString()));
            }
        }
        List<URL> urls = resources(resource);
        if (urls.isEmpty()) {
            skipped.add(new Skipped(Origin.CLASS_PATH, "", "nothing on it has " + resource));
            return Optional.empty();
        }
        URL chosen = urls.size() == 1 ? urls.getFirst() : accelerated(urls, resource);
        for (URL url : urls) {
            if (url != chosen) {
                skipped.add(new Skipped(Origin.CLASS_PATH, url.toString(), "another one is preferred"));
            }
        }
        try {
            return Optional.of(open(chosen, resource, urls.size() == 1 ? program : Optional.empty()));
        } catch (IOException | IllegalArgumentException e) {
            throw new LibraryException(LibraryException.Kind.UNPACK_FAILED, "ONNX Runtime's library on the class path "
                    + "cannot be read: " + chosen + ": " + e.getMessage(), e);
        }
    }

    private List<URL> resources(String resource) {
        var urls = new ArrayList<URL>();
        try {
            Enumeration<URL> found = loader.getResources(resource);
            while (found.hasMoreElements()) {
                urls.add(found.nextElement());
            }
        } catch (IOException e) {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, "The class path cannot be searched for "
                    + resource + ": " + e.getMessage(), e);
        }
        return urls;
    }

    private URL accelerated(List<URL> urls, String resource) {
        String folder = Candidate.folder(resource);
        for (URL url : urls) {
            String text = url.toString();
            String parent = text.substring(0, text.length() - resource.length());
            for (String provider : ACCELERATORS) {
                for (URL other : resources(folder + platform.providerLibraryName(provider))) {
                    if (other.toString().startsWith(parent)) {
                        return url;
                    }
                }
            }
        }
        return urls.getFirst();
    }

    /**
     * The library beside the jar, in what {@code gpux package} makes: {@code lib/gpux.jar} with a Java of its own in
     * {@code jre}. Elsewhere a library beside a jar may be anybody's, in a folder of downloads for example.
     */
    private Optional<Path> packaged(Path jar) {
        Path home = jar.resolveSibling("..").normalize().resolve("jre");
        if (!home.equals(Path.of(System.getProperty("java.home", "")))) {
            return Optional.empty();
        }
        return Optional.of(jar.resolveSibling(platform.libraryName())).filter(Files::isRegularFile);
    }

    /** The jar that is all of the class path, as a program's is: it need not be opened to know what was in it. */
    private Optional<Path> program() {
        String path = System.getProperty("java.class.path", "");
        boolean one = loader == ClassLoader.getSystemClassLoader() && path.endsWith(".jar")
                && path.indexOf(File.pathSeparatorChar) < 0;
        return one ? Optional.of(Path.of(path).toAbsolutePath()) : Optional.empty();
    }

    /** A file that was replaced has another key: its inode, where the system has such a thing, its size or its time. */
    private static String key(Path jar, String resource) {
        try {
            BasicFileAttributes file = Files.readAttributes(jar, BasicFileAttributes.class);
            return jar + "|" + file.fileKey() + "|" + file.size() + "|"
                    + file.lastModifiedTime().to(TimeUnit.NANOSECONDS) + "|" + resource;
        } catch (IOException e) {
            return "";
        }
    }

    private Found open(URL url, String resource, Optional<Path> program) throws IOException {
        String text = url.toString();
        if (url.getProtocol().equals("file")) {
            Path file = Path.of(URI.create(text));
            return new Found(file, file.toString());
        }
        int inner = text.indexOf("!/");
        if (text.startsWith("jar:file:") && inner > 0 && text.indexOf("!/", inner + 1) < 0) {
            Path jar = Path.of(URI.create(text.substring("jar:".length(), inner)));
            BasicFileAttributes file = Files.readAttributes(jar, BasicFileAttributes.class);
            // The loader has this jar open already; the JDK shares what it has read of it.
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                String jarKey = jar + "|" + file.size() + "|" + file.lastModifiedTime().to(TimeUnit.NANOSECONDS);
                Found found = unpack(zip, resource, jarKey);
                if (program.isPresent() && program.get().equals(jar)) {
                    cache.alsoFind(entryKey(zip.getEntry(resource), jarKey), key(jar, resource));
                }
                return found;
            }
        }
        if (url.openConnection() instanceof JarURLConnection connection) {
            // A jar inside a jar; it belongs to its loader, so it stays open.
            return unpack(connection.getJarFile(), connection.getEntryName(), text);
        }
        throw new IOException("GPUX cannot read libraries from \"" + url.getProtocol()
                + ":\" locations. Unpack it and give its folder with --ort or GPUX_ORT");
    }

    private Found unpack(ZipFile zip, String resource, String jarKey) throws IOException {
        ZipEntry entry = zip.getEntry(resource);
        if (entry == null) {
            throw new IOException("it was changed while it was being read");
        }
        String key = entryKey(entry, jarKey);
        Optional<Path> unpacked = cache.find(key);
        // Not orElseGet: the usual start shall not pay for linking what only the first one needs.
        Path library = unpacked.isPresent() ? unpacked.get() : cache.unpack(key, folder -> new ZipArchive(zip)
                .unpack(resource::equals, platform, "The class path's " + zip.getName(), folder));
        return new Found(library, zip.getName());
    }

    private static String entryKey(ZipEntry entry, String jarKey) {
        return jarKey + "|" + entry.getName() + "|" + entry.getSize() + "|" + Long.toHexString(entry.getCrc());
    }
}
