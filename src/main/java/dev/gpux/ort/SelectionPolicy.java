package dev.gpux.ort;

/** ORT's own ways of choosing among the devices it found ({@code OrtExecutionProviderDevicePolicy}), in its order. */
public enum SelectionPolicy {
    /** What ORT thinks best. */
    DEFAULT,
    /** Processors first. */
    PREFER_CPU,
    /** Neural processors first. */
    PREFER_NPU,
    /** Graphics processors first. */
    PREFER_GPU,
    /** The fastest. */
    MAX_PERFORMANCE,
    /** The most work for the energy. */
    MAX_EFFICIENCY,
    /** The least power. */
    MIN_OVERALL_POWER
}
