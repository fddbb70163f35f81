package dev.gpux.cli.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

class JavaRuntimeTest {
    /** A module that is missing in a package would be missed only by whoever runs the one command that needs it. */
    @Test
    void hasTheModulesThatJdepsFinds() {
        var out = new StringWriter();
        var printer = new PrintWriter(out);
        var classes = Path.of("target/classes").toAbsolutePath().toString();
        assertEquals(0, ToolProvider.findFirst("jdeps").orElseThrow().run(printer, printer, "--multi-release", "25",
            "--ignore-missing-deps", "-summary", "-cp", System.getProperty("java.class.path"), classes), out::toString);
        var modules = new TreeSet<String>();
        for (var line : out.toString().lines().toList()) {
            var words = line.split(" -> ");
            // By the folder or, with module-info, by the module.
            boolean ours = words[0].equals("classes") || words[0].equals("dev.gpux");
            if (ours && (words[1].startsWith("java.") || words[1].startsWith("jdk."))) {
                modules.add(words[1]);
            }
        }
        assertEquals(new TreeSet<>(JavaRuntime.MODULES), modules, out::toString);
        assertEquals(List.copyOf(modules), JavaRuntime.MODULES, "sorted");
    }
}
