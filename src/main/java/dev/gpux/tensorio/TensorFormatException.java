package dev.gpux.tensorio;

import java.io.Serial;
import java.util.Optional;

/**
 * A file or text is not the tensor it should be: malformed, cut short, of another dtype or shape, or holding a value
 * that does not fit; or a value cannot be written in the format asked for.
 *
 * <p>The message is for people: {@code FILE: PLACE: what is wrong, what was expected, what to do}.
 */
public final class TensorFormatException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String source;
    private final String place;
    private final String problem;

    /** A problem of the file or text as a whole. */
    public TensorFormatException(String problem) {
        this("", "", problem, null);
    }

    /** A problem that another exception reported first. */
    TensorFormatException(String problem, Throwable cause) {
        this("", "", problem, cause);
    }

    /** A problem at a place such as {@code line 1, column 12, at [0][3]}. */
    TensorFormatException(String place, String problem, Throwable cause) {
        this("", place, problem, cause);
    }

    private TensorFormatException(String source, String place, String problem, Throwable cause) {
        super((source.isEmpty() ? "" : source + ": ") + (place.isEmpty() ? "" : place + ": ") + problem, cause);
        this.source = source;
        this.place = place;
        this.problem = problem;
    }

    /** The same problem, said to be in {@code name} (a file, an option) if it does not name its source yet. */
    public TensorFormatException in(String name) {
        return source.isEmpty() ? new TensorFormatException(name, place, problem, this) : this;
    }

    /** The same problem inside a part of the source, {@code element 3} for instance. */
    TensorFormatException inside(String part) {
        return new TensorFormatException(source, place.isEmpty() ? part : part + ", " + place, problem, this);
    }

    /** The file or option, if known. */
    public Optional<String> source() {
        return source.isEmpty() ? Optional.empty() : Optional.of(source);
    }

    /** Where in the source, if known: {@code line 1, column 12, at [0][3]}. */
    public Optional<String> place() {
        return place.isEmpty() ? Optional.empty() : Optional.of(place);
    }

    /** What is wrong, what was expected, and what to do, without the place. */
    public String problem() {
        return problem;
    }
}
