package dev.gpux.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends exactly the bytes it is told to. */
final class Client implements AutoCloseable {
    private static final int MOST_MILLIS = 120_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    /** An answer. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        @Override
        public String toString() {
            return status + " " + headers + " " + text();
        }
    }

    Client(InetSocketAddress address) throws IOException {
        this(address, "0.0.0.0");
    }

    /** A client that has another address. */
    Client(InetSocketAddress address, String from) throws IOException {
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(address);
        socket.setSoTimeout(MOST_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static Answer get(InetSocketAddress address, String path) throws IOException {
        try (var client = new Client(address)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").answer();
        }
    }

    static Answer post(InetSocketAddress address, String path, String json) throws IOException {
        try (var client = new Client(address)) {
            return client.post(path, "application/json", json.getBytes(StandardCharsets.UTF_8)).answer();
        }
    }

    Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Client send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    Client post(String path, String type, byte[] body, String... headers) throws IOException {
        return send(request(path, type, body, headers));
    }

    static byte[] request(String path, String type, byte[] body, String... headers) {
        var request = new ByteArrayOutputStream();
        var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type
            + "\r\nContent-Length: " + body.length + "\r\n");
        for (var header : headers) {
            head.append(header).append("\r\n");
        }
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    /** As many bytes of the server as {@code into} takes. */
    String take(byte[] into) throws IOException {
        in.readFully(into);
        return new String(into, StandardCharsets.US_ASCII);
    }

    /** The next answer. */
    Answer answer() throws IOException {
        return answer(true);
    }

    /** The next answer, which has no body whatever its length says. */
    Answer head() throws IOException {
        return answer(false);
    }

    private Answer answer(boolean withBody) throws IOException {
        var status = line();
        while (status.startsWith("HTTP/1.1 100")) {
            line();
            status = line();
        }
        var headers = new TreeMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        var body = new byte[!withBody ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        in.readFully(body);
        return new Answer(Integer.parseInt(status.substring(9, 12)), headers, body);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after '" + line + "'");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Whether the server has closed the connection; waits for it. */
    boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Nothing more will be sent. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** The client goes as if it had crashed. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
