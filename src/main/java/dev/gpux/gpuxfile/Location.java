package dev.gpux.gpuxfile;

/**
 * A place in a GPUXfile. The order, which is that of one file, does not look at the source.
 *
 * @param source the file
 * @param line   from 1; 0 where the file as a whole is meant
 * @param column from 1, in Unicode code points; 0 where the file as a whole is meant
 */
public record Location(Source source, int line, int column) implements Comparable<Location> {
    /** By line, then by column. */
    @Override
    public int compareTo(Location other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /** {@code file:line:column}, or only the file. */
    @Override
    public String toString() {
        return line == 0 ? source.name() : source.name() + ":" + line + ":" + column;
    }
}
