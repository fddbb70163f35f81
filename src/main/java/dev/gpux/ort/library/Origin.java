package dev.gpux.ort.library;

/** Where GPUX looks for ONNX Runtime, in this order; the first place that is given or has one decides. */
public enum Origin {
    /** Given by the caller: {@code --ort}. */
    EXPLICIT("--ort"),
    /** Given by the environment variable {@code GPUX_ORT}. */
    ENVIRONMENT("GPUX_ORT"),
    /** Given by {@code library} in the GPUXfile. */
    GPUXFILE("library in the GPUXfile"),
    /**
     * A jar (or folder) on the class path in the layout of the official Maven jars; in a package, the file beside
     * {@code gpux.jar}.
     */
    CLASS_PATH("class path"),
    /** {@code java.library.path}, then the places where the system's loader looks. */
    SYSTEM("system");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    /** What people call this place. */
    public String label() {
        return label;
    }
}
