package dev.gpux.store.remote;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP server over a plain socket that does what it is told, wrong things among them: it cuts, stalls, and says lengths
 * that are not true. Each connection serves one request.
 */
public final class FaultyServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** What to do with a request. */
    @FunctionalInterface
    public interface Handler {
        /** Answers. */
        void answer(Exchange exchange) throws IOException, InterruptedException;
    }

    /**
     * A request as it came.
     *
     * @param target what stands between method and version: a path, or an address if this is used as a proxy
     * @param headers by name in small letters
     */
    public record Request(String method, String target, Map<String, String> headers) {
        /** A header; empty text if there is none. */
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        /** From which byte on the rest is wanted; 0 if all is. */
        public int from() {
            var range = header("Range");
            return range.isEmpty() ? 0
                : Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
        }
    }

    /** A request and the way to answer it. */
    public static final class Exchange {
        private final Request request;
        private final OutputStream out;
        private final int number;

        Exchange(Request request, OutputStream out, int number) {
            this.request = request;
            this.out = out;
            this.number = number;
        }

        /** What was asked. */
        public Request request() {
            return request;
        }

        /** How many requests for the same thing there were before. */
        public int number() {
            return number;
        }

        /** Sends a whole answer of the right length; {@code headers} are name, value, name, value, … */
        public void send(int status, byte[] body, String... headers) throws IOException {
            head(status, headers);
            out.write(("Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            write(body, 0, body.length);
        }

        /** Begins an answer; the headers must be ended by {@link #raw}. */
        public void head(int status, String... headers) throws IOException {
            var text = new StringBuilder("HTTP/1.1 " + status + " -\r\nConnection: close\r\n");
            for (int i = 0; i < headers.length; i += 2) {
                text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
            }
            out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        }

        /** Sends text as it is. */
        public void raw(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Sends a part of a content. */
        public void write(byte[] body, int from, int to) throws IOException {
            out.write(body, from, to - from);
            out.flush();
        }

        /** Sends a file as a good server does, with ranges and an entity tag. */
        public void file(byte[] content, String tag) throws IOException {
            int from = request.from();
            boolean same = request.header("If-Range").isEmpty() || request.header("If-Range").equals(tag);
            if (from > 0 && same && from >= content.length) {
                send(416, new byte[0], "Content-Range", "bytes */" + content.length);
            } else if (from > 0 && same) {
                head(206, "ETag", tag, "Content-Range", "bytes " + from + "-" + (content.length - 1) + "/"
                    + content.length);
                raw("Content-Length: " + (content.length - from) + "\r\n\r\n");
                write(content, from, content.length);
            } else {
                send(200, content, "ETag", tag);
            }
        }
    }

    /** Listens on a free port of this machine. */
    public FaultyServer() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    /** Listens on a socket, which may be one with TLS. */
    public FaultyServer(ServerSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::listen);
    }

    /** What to do with requests for a path. */
    public FaultyServer on(String path, Handler handler) {
        handlers.put(path, handler);
        return this;
    }

    /** The address of a path, over {@code http://127.0.0.1}. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Where it listens. */
    public int port() {
        return socket.getLocalPort();
    }

    /** All requests so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void listen() {
        while (!socket.isClosed()) {
            try {
                var connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var in = new BufferedInputStream(connection.getInputStream());
            var request = read(in);
            if (request.method().equals("CONNECT")) {
                requests.add(request);
                tunnel(request.target(), connection, in);
                return;
            }
            var target = request.target();
            var path = target.startsWith("http://") ? URI.create(target).getRawPath() : target.split("\\?")[0];
            int number = (int) requests.stream().filter(before -> before.target().equals(target)).count();
            requests.add(request);
            var exchange = new Exchange(request, connection.getOutputStream(), number);
            handlers.getOrDefault(path, e -> e.send(404, "nothing here".getBytes())).answer(exchange);
            // What was sent must arrive before the socket goes: a close with unread input would reset it.
            connection.getOutputStream().flush();
        } catch (IOException e) {
            // The client has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tunnel(String target, Socket client, InputStream in) throws IOException {
        int colon = target.lastIndexOf(':');
        // Whatever server is meant, it is on this machine.
        try (var server = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(target.substring(colon + 1)))) {
            client.getOutputStream().write("HTTP/1.1 200 -\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var back = Thread.ofVirtual().start(() -> {
                try {
                    server.getInputStream().transferTo(client.getOutputStream());
                } catch (IOException e) {
                    // The other side has gone.
                }
            });
            in.transferTo(server.getOutputStream());
            back.interrupt();
        }
    }

    private static Request read(InputStream in) throws IOException {
        var first = line(in).split(" ");
        var headers = new HashMap<String, String>();
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return new Request(first[0], first[1], Map.copyOf(headers));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the client has gone");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
