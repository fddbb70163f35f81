package dev.gpux.server.http;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The Date header, made once a second. */
final class HttpClock {
    private static final long SECOND = 1_000_000_000L;

    private record Line(String text, long until) { }

    private volatile Line line = new Line("", Long.MIN_VALUE);

    String line() {
        var known = line;
        long now = System.nanoTime();
        if (known.text().isEmpty() || now - known.until() >= 0) {
            known = new Line("Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC))
                + "\r\n", now + SECOND);
            line = known;
        }
        return known.text();
    }
}
