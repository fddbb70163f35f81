package dev.gpux.gpuxfile;

/**
 * One step of {@code preprocess:} or {@code postprocess:}. Which steps there are, and with which parameters, is the
 * pipeline's to say; {@link Fields} reads the parameters.
 *
 * @param name     which step
 * @param params   its parameters; of a step written with one plain value ({@code - top_k: 5}), the value under the key
 *                 {@link #VALUE}
 * @param location where its name stands
 */
public record Step(String name, Value.Mapping params, Location location) {
    /** The parameter that a plain value is read as. */
    public static final String VALUE = "value";
}
