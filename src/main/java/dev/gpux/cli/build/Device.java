package dev.gpux.cli.build;

import dev.gpux.engine.Model;
import dev.gpux.ort.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What a model ran on, in words. */
final class Device {
    private static final String MODEL_NAME = "model name";

    private Device() { }

    /** The system and its processor; where the model ran elsewhere, the devices that ORT has for its provider. */
    static String of(Model model) {
        var machine = System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
            + Runtime.getRuntime().availableProcessors() + " processors" + processor();
        var provider = model.report().provider();
        if (provider.name().equals("cpu")) {
            return machine;
        }
        var devices = Environment.get().devices().stream().filter(device -> device.provider().equals(provider.ortName()))
            .map(device -> device.kind() + " " + device.deviceVendor() + " " + Integer.toHexString(device.deviceId()))
            .distinct().collect(Collectors.joining(", "));
        return machine + (devices.isEmpty() ? "" : "; " + devices);
    }

    /** Linux says it in a file; elsewhere nobody does for free. */
    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith(MODEL_NAME)).map(line -> line.substring(line.indexOf(':') + 1)
                .strip()).filter(name -> !name.isEmpty()).findFirst().map(name -> " (" + name + ")").orElse("");
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }
}
