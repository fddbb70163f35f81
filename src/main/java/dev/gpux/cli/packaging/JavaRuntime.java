package dev.gpux.cli.packaging;

import dev.gpux.cli.common.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * A Java runtime of GPUX's own, made by the jlink of the JDK that runs this.
 *
 * @param home its folder
 */
record JavaRuntime(Path home) {
    /** What GPUX uses; {@code JavaRuntimeTest} compares this with what jdeps finds. */
    static final List<String> MODULES = List.of("java.base", "java.desktop", "java.management", "java.net.http",
        "jdk.jfr", "jdk.management");

    /** Windows on a screen and sounds from a loudspeaker, which would want libraries that a server has not. */
    private static final String UNUSED = "**/libawt_xawt.*,**/libjawt.*,**/libsplashscreen.*,**/libjsound.*";

    /**
     * Makes it.
     *
     * @throws UsageException if this Java is no JDK
     */
    void link() throws IOException {
        var jlink = ToolProvider.findFirst("jlink").orElseThrow(() -> new UsageException("the Java in "
            + System.getProperty("java.home") + " has no jlink; gpux package takes a whole JDK"));
        var out = new StringWriter();
        int code;
        try (var printer = new PrintWriter(out)) {
            code = jlink.run(printer, printer, "--add-modules", String.join(",", MODULES), "--strip-debug",
                "--no-header-files", "--no-man-pages", "--compress=zip-6", "--vm=server",
                "--exclude-files=" + UNUSED, "--output", home.toString());
        }
        if (code != 0) {
            throw new IOException("jlink failed: " + out.toString().strip());
        }
    }

    Path java() {
        return home.resolve("bin").resolve("java");
    }
}
