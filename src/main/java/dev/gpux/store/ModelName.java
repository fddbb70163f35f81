package dev.gpux.store;

import java.util.Optional;

/**
 * What a model is called in the store: {@code name:tag}. Both have at most 128 letters, digits, {@code . _ -} of ASCII and
 * begin with a letter or digit, so that they can be names of files on every system and parts of a URL.
 *
 * @param name the name
 * @param tag which version of it
 */
public record ModelName(String name, String tag) implements Comparable<ModelName> {
    /** The tag of a name that comes without one. */
    public static final String LATEST = "latest";

    private static final int MOST = 128;

    /**
     * Checks both.
     *
     * @throws StoreException if one of them is no name
     */
    public ModelName {
        if (!isName(name) || !isName(tag)) {
            throw new StoreException("'" + name + ":" + tag + "' is no name: expected name or name:tag, both at most "
                + MOST + " letters, digits, '.', '_' and '-' that begin with a letter or digit");
        }
    }

    /** Reads {@code name} or {@code name:tag}; empty if it is something else. */
    public static Optional<ModelName> parse(String text) {
        int colon = text.indexOf(':');
        var name = colon < 0 ? text : text.substring(0, colon);
        var tag = colon < 0 ? LATEST : text.substring(colon + 1);
        return isName(name) && isName(tag) ? Optional.of(new ModelName(name, tag)) : Optional.empty();
    }

    /** Whether the text can be a name or a tag. */
    public static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letter && (i == 0 || c != '.' && c != '_' && c != '-')) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= MOST;
    }

    /** The same name with another tag. */
    public ModelName withTag(String newTag) {
        return new ModelName(name, newTag);
    }

    /** By name, then by tag. */
    @Override
    public int compareTo(ModelName other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : tag.compareTo(other.tag);
    }

    /** {@code name:tag}. */
    @Override
    public String toString() {
        return name + ":" + tag;
    }
}
