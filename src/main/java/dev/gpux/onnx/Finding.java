package dev.gpux.onnx;

/**
 * One thing that {@link ModelCheck} found.
 *
 * @param severity how bad it is
 * @param rule a short name for this kind of thing, for machines: {@code duplicate-name}, {@code weight-size}, …
 * @param place where in the model: {@code graph / node 7 Conv 'conv1' / attribute 'pads'}
 * @param message what is wrong and what was expected
 */
public record Finding(Severity severity, String rule, String place, String message) {
    /** How bad a finding is. */
    public enum Severity {
        /** The model contradicts itself or ONNX in a way that makes it unusable or unsafe: it must not be run. */
        ERROR,
        /** ONNX forbids it, but ONNX Runtime copes with it. */
        WARNING,
        /** Something could not be checked. */
        NOTE
    }

    /** One line for people. */
    @Override
    public String toString() {
        return place + ": " + message;
    }
}
