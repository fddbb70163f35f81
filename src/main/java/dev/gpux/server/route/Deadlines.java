package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.model.ServedModel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** When a request's time is up. */
final class Deadlines {
    /** The header by which a client says how many milliseconds it waits. */
    static final String HEADER = "X-Timeout-Ms";
    private static final long MOST_MILLIS = 86_400_000;

    private final Duration standard;

    Deadlines(Duration standard) {
        this.standard = standard;
    }

    /** The earliest of the server's, the header's and the request's own. */
    long of(Exchange exchange, ServedModel model, long start, OptionalLong micros) {
        long nanos = model.engine().gpuxfile().serve().timeout().orElse(standard).toNanos();
        var header = exchange.head().headers().first(HEADER);
        if (header.isPresent()) {
            nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(millis(header.get())));
        }
        if (micros.isPresent() && micros.getAsLong() > 0) {
            nanos = Math.min(nanos, TimeUnit.MICROSECONDS.toNanos(micros.getAsLong()));
        }
        return start + nanos;
    }

    private static long millis(String text) {
        try {
            long millis = Long.parseLong(text);
            if (millis > 0 && millis <= MOST_MILLIS) {
                return millis;
            }
        } catch (NumberFormatException e) {
            // As below.
        }
        throw new HttpException(400, HEADER + " is a number of milliseconds from 1 to " + MOST_MILLIS);
    }
}
