package dev.gpux.fuzz;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The class path of the tests, for other processes. */
public final class ClassPath {
    private ClassPath() { }

    /** As an argument of {@code -cp}; Surefire and the console of JUnit each hide it in their own way. */
    public static String ofTests() {
        if (ClassPath.class.getClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(ClassPath::path).collect(Collectors.joining(
                System.getProperty("path.separator")));
        }
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static String path(URL url) {
        try {
            return Path.of(new URI(url.toString())).toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
