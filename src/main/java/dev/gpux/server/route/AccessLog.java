package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * A line for each request, as text or as JSON, written by a thread of its own: a slow disk or terminal costs lines, which
 * are counted, and no request's time.
 */
public final class AccessLog implements RequestLog {
    /** How lines look. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }

    private static final int MOST_WAITING = 10_000;
    private static final double NANOS_PER_MS = 1e6;

    private final ArrayBlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private final PrintStream out;
    private final Format format;
    private long lost;

    /** Writes to {@code out}. */
    public AccessLog(PrintStream out, Format format) {
        this.out = out;
        this.format = format;
        Thread.ofPlatform().daemon().name("gpux-access-log").start(this::write);
    }

    @Override
    public void request(Exchange exchange, long nanos) {
        var line = format == Format.TEXT ? text(exchange, nanos) : json(exchange, nanos);
        if (!lines.offer(line)) {
            synchronized (this) {
                lost++;
            }
        }
    }

    private static String text(Exchange exchange, long nanos) {
        return now() + " " + exchange.client() + " " + exchange.id() + " " + exchange.head().method() + " "
            + exchange.head().path() + " " + exchange.status() + " " + exchange.written() + " B "
            + String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MS)
            + (exchange.note().isEmpty() ? "" : " (" + oneLine(exchange.note()) + ")");
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** What a client sent must not look like a line of the log, nor steer a terminal. */
    private static String oneLine(String text) {
        var clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            clean.append(Character.isISOControl(text.charAt(i)) ? ' ' : text.charAt(i));
        }
        return clean.toString();
    }

    private static String json(Exchange exchange, long nanos) {
        return JsonAnswer.text(json -> {
            json.writeStartObject();
            json.writeStringField("time", now());
            json.writeStringField("client", exchange.client());
            json.writeStringField("id", exchange.id());
            json.writeStringField("method", exchange.head().method());
            json.writeStringField("path", exchange.head().path());
            if (!exchange.model().isEmpty()) {
                json.writeStringField("model", exchange.model());
            }
            json.writeNumberField("status", exchange.status());
            json.writeNumberField("bytes", exchange.written());
            json.writeNumberField("ms", nanos / NANOS_PER_MS);
            if (!exchange.note().isEmpty()) {
                json.writeStringField("error", exchange.note());
            }
            json.writeEndObject();
        });
    }

    private void write() {
        List<String> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(lines.take());
                lines.drainTo(batch);
                batch.forEach(out::println);
                batch.clear();
                long missing;
                synchronized (this) {
                    missing = lost;
                    lost = 0;
                }
                if (missing > 0) {
                    out.println(missing + " lines were lost: requests came faster than the log could be written");
                }
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
