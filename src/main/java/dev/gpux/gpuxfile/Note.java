package dev.gpux.gpuxfile;

/**
 * Something a person should know about how a file was read, though nothing is wrong with it.
 *
 * @param location what it is about
 * @param text     one line, as {@code serving is read as serve}
 */
public record Note(Location location, String text) {
    /** {@code file:line:column: text}. */
    @Override
    public String toString() {
        return location + ": " + text;
    }
}
