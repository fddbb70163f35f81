package dev.gpux.onnx;

/**
 * A set of operators that a model uses ({@code OperatorSetIdProto}).
 *
 * @param domain the domain; empty is ONNX's own
 * @param version the version of the set
 */
public record OperatorSet(String domain, long version) {
    /** The name that stands for ONNX's own domain when one must be printed. */
    public static final String ONNX_DOMAIN = "ai.onnx";

    /** Whether this is ONNX's own set, under either of its two names. */
    public boolean isOnnx() {
        return isOnnx(domain);
    }

    /** Whether a domain is ONNX's own, under either of its two names. */
    public static boolean isOnnx(String domain) {
        return domain.isEmpty() || domain.equals(ONNX_DOMAIN);
    }

    /** One name for a domain that has two: {@code ai.onnx} and the empty text are the same. */
    static String canonical(String domain) {
        return isOnnx(domain) ? "" : domain;
    }

    @Override
    public String toString() {
        return (isOnnx() ? ONNX_DOMAIN : Names.show(domain)) + " " + version;
    }
}
