package dev.gpux.provider;

import java.util.List;
import java.util.Optional;

/**
 * Why ORT could not load a provider's library, as the system's loader said it in ORT's log.
 *
 * @param library the provider's library
 * @param missing the file that is not there; empty if the reason is another one
 * @param words the loader's own words
 */
record LoadError(String library, Optional<String> missing, String words) {
    private static final String FAILED = "Failed to load library ";
    private static final String WITH = " with error: ";

    /** The first such failure in ORT's texts. */
    static Optional<LoadError> in(List<String> texts) {
        for (var text : texts) {
            int start = text.indexOf(FAILED);
            int with = text.indexOf(WITH, Math.max(0, start));
            if (start >= 0 && with > start) {
                var words = text.substring(with + WITH.length()).strip();
                return Optional.of(new LoadError(text.substring(start + FAILED.length(), with), missing(words), words));
            }
            int windows = text.indexOf("Error loading \"");
            if (windows >= 0) {
                var words = text.substring(windows).strip();
                return Optional.of(new LoadError(quoted(words, words.indexOf('"')), missing(words), words));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> missing(String words) {
        // glibc and musl
        int linux = words.indexOf(": cannot open shared object file");
        if (linux > 0) {
            return Optional.of(words.substring(0, linux));
        }
        // dyld
        int mac = words.indexOf("Library not loaded: ");
        if (mac >= 0) {
            var rest = words.substring(mac + "Library not loaded: ".length());
            return Optional.of(rest.lines().findFirst().orElse(rest).strip());
        }
        // ORT itself finds out on Windows: … depends on "x.dll" which is missing
        int windows = words.indexOf("\" which is missing");
        return windows < 0 ? Optional.empty()
            : Optional.of(words.substring(words.lastIndexOf('"', windows - 1) + 1, windows));
    }

    private static String quoted(String words, int open) {
        int close = words.indexOf('"', open + 1);
        return close < 0 ? words : words.substring(open + 1, close);
    }

    /** Whether it is the provider's own library that is not there. */
    boolean ownLibraryIsMissing() {
        return missing.filter(library::equals).isPresent();
    }
}
