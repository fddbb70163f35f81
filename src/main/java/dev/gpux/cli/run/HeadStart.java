package dev.gpux.cli.run;

import dev.gpux.ort.Environment;
import dev.gpux.tensorio.JsonTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What one run needs on its way from JSON to JSON and the JVM takes long to make ready; in the order in which it is
 * needed. Most of it is done while ONNX Runtime starts. ({@code docs/performance.md} has the milliseconds.)
 */
final class HeadStart {
    private HeadStart() { }

    static void warmUp(List<String> arguments) {
        if (ManyInputs.mayBeAmong(arguments)) {
            Environment.warmUp();
        } else {
            Environment.warmUpShortProcess();
        }
        if (arguments.stream().noneMatch(argument -> argument.contains("{") || argument.endsWith(".json"))) {
            return;
        }
        try {
            // Jackson's parser wants BigDecimal, which computes powers of five with up to 76,000 bits.
            JsonTensors.factory().createParser("0").close();
        } catch (IOException e) {
            throw new UncheckedIOException("reading from a text does no I/O", e);
        }
    }
}
