package dev.gpux.ort;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** What ORT logs while this is open. */
final class Log implements LogListener, AutoCloseable {
    private final List<LogMessage> messages = new CopyOnWriteArrayList<>();

    Log() {
        Environment.get().addLogListener(this);
    }

    @Override
    public void logged(LogMessage message) {
        synchronized (messages) {
            messages.add(message);
            messages.notifyAll();
        }
    }

    boolean has(Predicate<LogMessage> predicate) {
        return messages.stream().anyMatch(predicate);
    }

    boolean hasText(String text) {
        return has(message -> message.text().contains(text));
    }

    /** Waits for a message, a minute at most. */
    void await(String text) throws InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        synchronized (messages) {
            while (!hasText(text)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("'" + text + "' was not logged; but: " + messages);
                }
                messages.wait(1000);
            }
        }
    }

    @Override
    public void close() {
        Environment.get().removeLogListener(this);
    }

    @Override
    public String toString() {
        return messages.toString();
    }
}
