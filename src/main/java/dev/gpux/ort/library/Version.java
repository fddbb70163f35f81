package dev.gpux.ort.library;

/**
 * The version in a library's file name; the plain name, which people and packages point at the one to be used, is
 * greater than all. Parts beyond the third do not count.
 */
record Version(boolean plain, int major, int minor, int patch) implements Comparable<Version> {

    /** {@code libonnxruntime.so.1.29.0} and {@code libonnxruntime.1.29.0.dylib} give 1.29.0. */
    static Version of(String fileName) {
        int[] parts = new int[3];
        int part = -1;
        for (int i = 0; i < fileName.length(); i++) {
            char c = fileName.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (digit && i > 0 && fileName.charAt(i - 1) == '.') {
                part++;
            }
            if (digit && part >= 0 && part < parts.length && parts[part] < 100_000) {
                parts[part] = parts[part] * 10 + (c - '0');
            }
        }
        return new Version(part < 0, parts[0], parts[1], parts[2]);
    }

    @Override
    public int compareTo(Version other) {
        int order = Boolean.compare(plain, other.plain);
        order = order != 0 ? order : Integer.compare(major, other.major);
        order = order != 0 ? order : Integer.compare(minor, other.minor);
        return order != 0 ? order : Integer.compare(patch, other.patch);
    }
}
