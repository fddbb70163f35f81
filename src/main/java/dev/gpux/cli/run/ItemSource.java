package dev.gpux.cli.run;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/** Where many sets of inputs come from, one after the other. Belongs to one thread, but for {@link #done}. */
public interface ItemSource extends AutoCloseable {
    /** The next one; nothing at the end. */
    Optional<Item> next() throws IOException;

    /** How much was read, from 0 to 1, if that can be known. */
    OptionalDouble done();

    @Override
    void close() throws IOException;
}
