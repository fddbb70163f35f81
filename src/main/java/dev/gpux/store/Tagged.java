package dev.gpux.store;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A name and the bundle it stands for.
 *
 * @param name the name and tag
 * @param bundle the digest of the bundle's {@link Manifest}
 * @param created when the name was given to the bundle, to the second
 */
public record Tagged(ModelName name, Digest bundle, Instant created) {
    static final int MOST_BYTES = 1024;

    private static final String HEADER = "gpux tag 1";

    /** Cuts the time to what the store keeps. */
    public Tagged {
        created = created.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * Reads the text of a tag.
     *
     * @throws StoreException if it is not what {@link #text()} writes
     */
    static Tagged parse(ModelName name, byte[] text) {
        if (!new String(text, StandardCharsets.UTF_8).startsWith(HEADER + "\n")) {
            throw damaged(name);
        }
        var lines = Manifest.lines(text, HEADER, "tag");
        try {
            if (lines.size() == 2) {
                return new Tagged(name, Digest.parse(lines.get(0)).orElseThrow(() -> damaged(name)),
                    Instant.parse(lines.get(1)));
            }
        } catch (DateTimeException e) {
            // Falls through to the same error.
        }
        throw damaged(name);
    }

    private static StoreException damaged(ModelName name) {
        return new StoreException("the tag " + name + " is damaged; build or pull it again, or remove it with "
            + "'gpux rm " + name + "'");
    }

    byte[] text() {
        return (HEADER + "\n" + bundle + "\n" + created + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
