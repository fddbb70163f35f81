package dev.gpux.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** What a client hears that comes when all connections are taken. */
final class TooMany {
    private static final String BODY = "{\"error\":\"all connections of this server are taken; try again later\"}";
    private static final byte[] ANSWER = ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        + "Content-Length: " + BODY.length() + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" + BODY)
        .getBytes(StandardCharsets.US_ASCII);

    private TooMany() { }

    static void tell(SocketChannel channel) throws IOException {
        try (channel) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(ANSWER));
        }
    }
}
