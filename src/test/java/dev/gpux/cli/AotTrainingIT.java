package dev.gpux.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose commands fail would make a cache, too: one with which nothing is fast. */
class AotTrainingIT {
    @Test
    void allCommandsOfTheTrainingDoWhatTheyAreMeantTo(@TempDir Path folder) throws Exception {
        var builder = new ProcessBuilder(GpuxProcess.java(), "--enable-native-access=ALL-UNNAMED", "-cp",
            GpuxProcess.jar().toString(), "dev.gpux.cli.AotTraining", folder.toString()).redirectErrorStream(true);
        builder.environment().put("GPUX_HOME", folder.resolve("home").toString());
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        assertEquals("", output);
        assertEquals(0, process.exitValue());
    }
}
