package dev.gpux.cli.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The lines of an NDJSON text in UTF-8. Blank ones are counted, but stand for nothing. */
final class Lines implements ItemSource {
    private static final int MOST_BYTES = 64 << 20;
    private static final int CHUNK = 1 << 16;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private final OptionalLong size;
    private final byte[] chunk = new byte[CHUNK];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int end;
    private long number;
    private volatile long read;

    /**
     * Lines from a stream.
     *
     * @param size the stream's length in bytes, if it is known
     */
    Lines(InputStream in, OptionalLong size) {
        this.in = in;
        this.size = size;
    }

    @Override
    public Optional<Item> next() throws IOException {
        while (fill()) {
            number++;
            if (!readLine()) {
                return Optional.of(new Item.Unreadable(number, "is longer than " + (MOST_BYTES >> 20) + " MiB"));
            }
            try {
                var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray())).toString();
                if (number == 1 && text.startsWith(BYTE_ORDER_MARK)) {
                    text = text.substring(1);
                }
                if (!text.isBlank()) {
                    return Optional.of(new Item.Line(number, text.strip()));
                }
            } catch (CharacterCodingException e) {
                return Optional.of(new Item.Unreadable(number, "is not UTF-8"));
            }
        }
        return Optional.empty();
    }

    /** Reads up to the next line break; false if there is more than fits. */
    private boolean readLine() throws IOException {
        line.reset();
        boolean fits = true;
        while (fill()) {
            int stop = at;
            while (stop < end && chunk[stop] != '\n') {
                stop++;
            }
            fits &= line.size() + stop - at <= MOST_BYTES;
            if (fits) {
                line.write(chunk, at, stop - at);
            }
            boolean complete = stop < end;
            at = complete ? stop + 1 : stop;
            if (complete) {
                break;
            }
        }
        return fits;
    }

    private boolean fill() throws IOException {
        if (at < end) {
            return true;
        }
        at = 0;
        end = Math.max(0, in.read(chunk));
        read += end;
        return end > 0;
    }

    @Override
    public OptionalDouble done() {
        return size.isPresent() && size.getAsLong() > 0
            ? OptionalDouble.of((double) read / size.getAsLong()) : OptionalDouble.empty();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
