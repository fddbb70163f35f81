package dev.gpux.engine;

import dev.gpux.gpuxfile.Location;
import java.nio.file.Path;

/**
 * A file that a GPUXfile names, besides the model itself.
 *
 * @param file where it is, absolute
 * @param location where the GPUXfile names it
 * @param prefix what stands before the name there: {@code @}, or nothing
 */
public record FileReference(Path file, Location location, String prefix) {
    /** Whether it is another model, which may have data beside it. */
    boolean isModel() {
        return file.toString().endsWith(".onnx");
    }
}
