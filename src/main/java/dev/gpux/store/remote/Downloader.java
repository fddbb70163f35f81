package dev.gpux.store.remote;

import dev.gpux.store.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fetches files. See the {@linkplain dev.gpux.store.remote package} for what it promises. Not thread-safe.
 */
public final class Downloader implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Connection connection;
    private final Settings settings;
    private final TransferListener listener;

    /**
     * A connection to the net.
     *
     * @param environment for the proxies: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY}, {@code NO_PROXY}
     */
    public Downloader(Map<String, String> environment, Optional<Token> token, Settings settings,
                      TransferListener listener) {
        this.connection = new Connection(environment, token, settings.stall());
        this.settings = settings;
        this.listener = listener;
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws PassingFailure, IOException;
    }

    /** How far an attempt came: bytes that arrived since are a reason to begin counting failures anew. */
    @FunctionalInterface
    private interface Progress {
        long bytes();
    }

    /**
     * Fetches a small text.
     *
     * @param most the most bytes that it may have
     * @throws DownloadException if it cannot be had
     */
    public byte[] read(URI uri, int most) throws IOException {
        return persistently(Address.shown(uri), () -> 0, () -> {
            try (var answer = connection.get(uri, Map.of()); var body = new Watch(answer.body(), settings.stall())) {
                requireOk(uri, answer);
                var bytes = new ByteArrayOutputStream();
                var chunk = new byte[CHUNK];
                for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                    bytes.write(chunk, 0, read);
                    if (bytes.size() > most) {
                        throw new DownloadException(Address.shown(uri) + " sends more than " + most + " bytes");
                    }
                }
                return bytes.toByteArray();
            }
        });
    }

    /**
     * Fetches a file, from where an earlier attempt ended if there was one; after one that did not end early, only if the
     * server has something else by now.
     *
     * @param target where it is when it is whole; what there is before is beside it
     * @param known what the file must be
     * @throws DownloadException if it cannot be had
     * @throws IOException if the disk fails
     */
    public Downloaded download(URI uri, Path target, Expected known) throws IOException {
        try (var partial = PartialFile.of(target)) {
            var transfer = new Transfer(uri, partial, known);
            var digest = persistently(Address.shown(uri), partial::size, transfer::run);
            listener.done(transfer.name, partial.size());
            return partial.complete(digest);
        }
    }

    private <T> T persistently(String what, Progress progress, Attempt<T> attempt) throws IOException {
        int failures = 0;
        long before = progress.bytes();
        while (true) {
            try {
                return attempt.run();
            } catch (PassingFailure e) {
                failures = progress.bytes() > before ? 1 : failures + 1;
                before = progress.bytes();
                if (failures >= settings.attempts()) {
                    throw new DownloadException("cannot fetch " + what + ": " + e.getMessage() + " (tried "
                        + failures + (failures == 1 ? " time)" : " times in a row)"));
                }
                pause(what, e, failures);
            }
        }
    }

    private void pause(String what, PassingFailure failure, int failures) {
        var pause = failure.pause().orElse(settings.pause(failures));
        if (pause.compareTo(settings.longestPause()) > 0) {
            throw new DownloadException("cannot fetch " + what + ": " + failure.getMessage()
                + "; the server asks to be left alone for " + pause.toSeconds() + " seconds");
        }
        try {
            if (!Thread.currentThread().isInterrupted()) {
                listener.again(what, failure.getMessage(), pause);
            }
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadException("interrupted while fetching " + what);
        }
    }

    private static void requireOk(URI uri, Answer answer) throws PassingFailure {
        int status = answer.status();
        if (status == Status.OK || status == Status.PARTIAL_CONTENT) {
            var encoding = answer.header("Content-Encoding").orElse("identity");
            if (!encoding.equals("identity")) {
                throw new DownloadException(Address.shown(uri) + " comes packed as '" + encoding
                    + "', which was not asked for");
            }
            return;
        }
        if (Status.isPassing(status)) {
            throw new PassingFailure("the server answered " + status + said(answer), retryAfter(answer));
        }
        throw new DownloadException("cannot fetch " + Address.shown(uri) + ": " + switch (status) {
            case Status.UNAUTHORIZED, Status.FORBIDDEN -> "the server wants to know who asks (" + status + ")";
            case Status.NOT_FOUND, Status.GONE -> "there is no such file (" + status + ")";
            default -> "the server answered " + status;
        } + said(answer), status);
    }

    /** Model hubs say in a header for people what is wrong. */
    private static String said(Answer answer) {
        return answer.header("X-Error-Message").map(text -> ": " + text.codePoints().limit(200)
            .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)).orElse("");
    }

    /** In seconds; the other form, a date, is as good as nothing where clocks differ (RFC 9110 section 10.2.3). */
    private static Optional<Duration> retryAfter(Answer answer) {
        return answer.header("Retry-After").filter(text -> text.length() <= 9 && !text.isEmpty()
            && text.chars().allMatch(c -> c >= '0' && c <= '9')).map(text -> Duration.ofSeconds(Long.parseLong(text)));
    }

    /** One file on its way, over any number of attempts. */
    private final class Transfer {
        private final URI uri;
        private final String name;
        private final PartialFile partial;
        private final Expected known;
        private boolean restarted;

        Transfer(URI uri, PartialFile partial, Expected known) {
            this.uri = uri;
            this.partial = partial;
            this.known = known;
            var path = String.valueOf(uri.getPath());
            this.name = path.substring(path.lastIndexOf('/') + 1);
        }

        Digest run() throws PassingFailure, IOException {
            if (known.size().isEmpty() || partial.size() < known.size().getAsLong()) {
                try (var answer = connection.get(uri, headers())) {
                    return receive(answer);
                }
            }
            return check(known);
        }

        private Map<String, String> headers() throws IOException {
            var headers = new HashMap<String, String>();
            // Otherwise a server may pack the file, and ranges would count packed bytes.
            headers.put("Accept-Encoding", "identity");
            var validator = partial.validator();
            if (partial.size() > 0 && (validator.isPresent() || known.digest().isPresent())) {
                headers.put("Range", "bytes=" + partial.size() + "-");
                validator.ifPresent(value -> headers.put("If-Range", value));
            }
            return headers;
        }

        private Digest receive(Answer answer) throws PassingFailure, IOException {
            var expected = known.or(answer.announced());
            if (answer.status() == Status.RANGE_NOT_SATISFIABLE && partial.size() > 0) {
                var total = answer.range().map(Answer.Range::total).orElse(OptionalLong.empty());
                if (total.isPresent() && total.getAsLong() == partial.size()) {
                    return check(expected);
                }
                partial.restart(Optional.empty());
                throw new PassingFailure("the server has no such part of the file any more");
            }
            requireOk(uri, answer);
            var total = begin(answer, expected);
            copy(answer, total, expected);
            if (total.isPresent() && partial.size() < total.getAsLong()) {
                throw new PassingFailure("the server sent " + partial.size() + " of " + total.getAsLong() + " bytes");
            }
            return check(expected);
        }

        /** Makes the partial file fit what comes; gives the length that the whole file will have. */
        private OptionalLong begin(Answer answer, Expected expected) throws PassingFailure, IOException {
            if (answer.status() == Status.PARTIAL_CONTENT) {
                var range = answer.range();
                boolean fits = range.isPresent() && range.get().from() == partial.size();
                boolean same = answer.validator().isEmpty() || partial.validator().isEmpty()
                    || answer.validator().equals(partial.validator());
                if (!fits || !same) {
                    partial.restart(Optional.empty());
                    throw new PassingFailure("the server sent another part than was asked for");
                }
                return expected.size().isPresent() ? expected.size() : range.get().total();
            }
            partial.restart(answer.validator());
            var total = expected.size().isPresent() ? expected.size() : answer.length();
            requireRoom(total);
            return total;
        }

        private void requireRoom(OptionalLong total) throws IOException {
            long free = Files.getFileStore(partial.folder()).getUsableSpace();
            if (total.isPresent() && total.getAsLong() > free) {
                throw new IOException(name + " has " + total.getAsLong() + " bytes, the disk has " + free + " left");
            }
        }

        private void copy(Answer answer, OptionalLong total, Expected expected) throws PassingFailure, IOException {
            var chunk = new byte[CHUNK];
            try (var body = new Watch(answer.body(), settings.stall())) {
                listener.at(name, partial.size(), total);
                for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                    partial.append(chunk, read);
                    if (expected.size().isPresent() && partial.size() > expected.size().getAsLong()) {
                        again("more bytes arrive than the " + expected.size().getAsLong() + " that were announced");
                    }
                    listener.at(name, partial.size(), total);
                }
            }
        }

        private Digest check(Expected expected) throws PassingFailure, IOException {
            if (expected.size().isPresent() && partial.size() != expected.size().getAsLong()) {
                again("it has " + partial.size() + " bytes, expected " + expected.size().getAsLong());
            }
            var digest = partial.digest();
            if (expected.digest().isPresent() && !digest.equals(expected.digest().get())) {
                again("what arrived is not the file: its SHA-256 is " + digest.hex() + ", expected "
                    + expected.digest().get().hex());
            }
            return digest;
        }

        /** Begins anew, once: a wrong beginning may be left from an earlier content. */
        private void again(String why) throws PassingFailure, IOException {
            partial.restart(Optional.empty());
            if (restarted) {
                throw new DownloadException("cannot fetch " + Address.shown(uri) + ": " + why);
            }
            restarted = true;
            throw new PassingFailure(why);
        }
    }

    /** Ends the connections. */
    @Override
    public void close() {
        connection.close();
    }
}
