package dev.gpux.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Recognises the files that people give by mistake, by their first bytes, so that an error can name them. */
final class FileKind {
    private static final int HEAD = 512;

    private FileKind() {
    }

    /** What the file looks like, with an article: {@code a PNG picture}; empty if nothing is recognised. */
    static Optional<String> guess(MemorySegment file) {
        var bytes = file.asSlice(0, Math.min(HEAD, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
        var head = new String(bytes, StandardCharsets.ISO_8859_1);
        return binary(head).or(() -> text(head));
    }

    private static Optional<String> binary(String head) {
        String kind;
        if (head.isEmpty()) {
            kind = "an empty file";
        } else if (head.startsWith("\u0089PNG")) {
            kind = "a PNG picture";
        } else if (head.startsWith("\u00FF\u00D8\u00FF")) {
            kind = "a JPEG picture";
        } else if (head.startsWith("PK\u0003\u0004")) {
            kind = "a zip archive (a PyTorch .pt, a Keras .keras, an .npz or a packed model)";
        } else if (head.startsWith("\u001F\u008B")) {
            kind = "a gzip file";
        } else if (head.startsWith("\u0089HDF")) {
            kind = "an HDF5 file (a Keras .h5 model)";
        } else if (head.startsWith("\u0080\u0002") || head.startsWith("\u0080\u0004")) {
            kind = "a Python pickle (an old PyTorch checkpoint or a scikit-learn model)";
        } else if (head.startsWith("GGUF")) {
            kind = "a GGUF model (llama.cpp)";
        } else if (head.startsWith("TFL3", 4)) {
            kind = "a TensorFlow Lite model";
        } else if (head.startsWith("ORTM", 4)) {
            kind = "a model in ORT format (.ort), which ONNX Runtime loads but this reader does not";
        } else if (head.startsWith("\u0093NUMPY")) {
            kind = "a NumPy array";
        } else if (head.startsWith("ptrt") || head.startsWith("ftrt")) {
            kind = "a TensorRT engine";
        } else if (head.startsWith("\u007FELF") || head.startsWith("MZ")) {
            kind = "a program or library";
        } else if (head.length() > 8 && head.startsWith("\0\0", 6) && head.charAt(8) == '{') {
            kind = "a safetensors file";
        } else {
            return Optional.empty();
        }
        return Optional.of(kind);
    }

    private static Optional<String> text(String head) {
        var start = head.stripLeading().toLowerCase(Locale.ROOT);
        if (start.startsWith("version https://git-lfs")) {
            return Optional.of("a git-lfs pointer: the model itself was not downloaded; run 'git lfs pull'");
        }
        if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
            return Optional.of("an HTML page (a download that asked for a login, or a link to a page)");
        }
        if (start.startsWith("<?xml")) {
            return Optional.of("an XML file (OpenVINO keeps its graphs in such files)");
        }
        boolean printable = head.chars().allMatch(c -> c >= ' ' && c != 0x7F || c == '\n' || c == '\r' || c == '\t');
        if (start.startsWith("{") && printable) {
            return Optional.of("a JSON file");
        }
        return printable ? Optional.of("a text file") : Optional.empty();
    }
}
