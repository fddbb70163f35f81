package dev.gpux.onnx;

/** Where {@link OnnxWriter} puts the elements of weights. */
public sealed interface WeightPlacement {
    /** Into the model file, those that came from external data included. ORT reads such files up to 2 GiB. */
    record Inline() implements WeightPlacement {
    }

    /** Where they are: external data stay references, which must still be right from where the model is written. */
    record AsReferenced() implements WeightPlacement {
    }

    /**
     * Large ones into a second file in the model's folder, small ones into the model.
     *
     * @param fileName the name of that file, by custom the model's with {@code .data} added
     * @param threshold the bytes from which on a weight is large
     */
    record SideFile(String fileName, long threshold) implements WeightPlacement {
        /** Refuses names that would lead to another folder. */
        public SideFile {
            if (fileName.isEmpty() || fileName.contains("/") || fileName.contains("\\") || fileName.contains(":")
                || fileName.equals(".") || fileName.equals("..")) {
                throw new IllegalArgumentException("'" + fileName + "' is not the name of a file");
            }
            if (threshold < 0) {
                throw new IllegalArgumentException("a negative threshold: " + threshold);
            }
        }
    }

    /** All in the model file. */
    WeightPlacement INLINE = new Inline();

    /** External data stay where they are. */
    WeightPlacement AS_REFERENCED = new AsReferenced();
}
