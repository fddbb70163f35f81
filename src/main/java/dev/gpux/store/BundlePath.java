package dev.gpux.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a file lies in a bundle: relative, with {@code /} between the parts, and such that it means the same file inside
 * the bundle's folder on Linux, macOS and Windows. There is no {@code ..}, no drive, no device and no control character.
 *
 * @param text the path
 */
public record BundlePath(String text) implements Comparable<BundlePath> {
    private static final int MOST_BYTES = 1024;
    private static final int MOST_BYTES_OF_PART = 200;
    private static final String SPECIAL = "\\:*?\"<>|";

    /** Names that are devices on Windows, with any extension: "Naming Files, Paths, and Namespaces". */
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul", "com1", "com2", "com3", "com4",
        "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9");

    /**
     * Checks the path.
     *
     * @throws StoreException if it is not safe everywhere; it says why
     */
    public BundlePath {
        problem(text).ifPresent(problem -> {
            throw new StoreException("the path '" + printable(text) + "' cannot be in a bundle: " + problem);
        });
    }

    /** Whether the text can be such a path. */
    public static boolean isPossible(String text) {
        return problem(text).isEmpty();
    }

    private static Optional<String> problem(String text) {
        if (text.isEmpty() || text.startsWith("/")) {
            return Optional.of("expected a path relative to the bundle's folder");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            return Optional.of("it is longer than " + MOST_BYTES + " bytes");
        }
        for (var part : text.split("/", -1)) {
            var problem = problemOfPart(part);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfPart(String part) {
        if (part.isEmpty() || part.equals(".") || part.equals("..")) {
            return Optional.of("'" + part + "' is no name of a file or folder in it");
        }
        if (part.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES_OF_PART) {
            return Optional.of("a name in it is longer than " + MOST_BYTES_OF_PART + " bytes");
        }
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (Character.isISOControl(c) || SPECIAL.indexOf(c) >= 0 || c == '\u2028' || c == '\u2029') {
                return Optional.of("a character in it means something else on some system");
            }
            // Half a character has no UTF-8: it would come back as another path.
            if (Character.isSurrogate(c) && !isPair(part, i)) {
                return Optional.of("it is not Unicode");
            }
        }
        int dot = part.indexOf('.');
        var stem = (dot < 0 ? part : part.substring(0, dot)).strip().toLowerCase(Locale.ROOT);
        if (part.endsWith(".") || part.endsWith(" ") || DEVICES.contains(stem)) {
            return Optional.of("Windows knows no file of the name '" + part + "'");
        }
        return Optional.empty();
    }

    private static boolean isPair(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index))
            ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
            : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private static String printable(String text) {
        var shown = new StringBuilder();
        text.codePoints().limit(80).forEach(c -> shown.appendCodePoint(
            Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '\uFFFD' : c));
        return shown.toString();
    }

    /** The file below a bundle's folder. */
    public Path in(Path folder) {
        var path = folder;
        for (var part : text.split("/")) {
            path = path.resolve(part);
        }
        return path;
    }

    @Override
    public int compareTo(BundlePath other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
