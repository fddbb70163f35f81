package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.HttpException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** What a request says of its body, and the body unpacked. */
final class Content {
    private static final int BUFFER = 8192;

    private Content() { }

    /** The media type in lower case without parameters; empty if none is given. */
    static String type(Exchange exchange) {
        var header = exchange.head().headers().first("content-type").orElse("");
        int semicolon = header.indexOf(';');
        return (semicolon < 0 ? header : header.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    static boolean isJson(String type) {
        return type.isEmpty() || type.equals("application/json") || type.endsWith("+json");
    }

    /** The body as it was before it was packed. */
    static InputStream unpacked(Exchange exchange) throws IOException {
        var coding = exchange.head().headers().first("content-encoding").orElse("identity").toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "identity" -> exchange.body();
            case "gzip", "x-gzip" -> {
                try {
                    yield new Unpacked(new GZIPInputStream(exchange.body(), BUFFER), exchange.body().limit());
                } catch (ZipException | EOFException e) {
                    throw new HttpException(400, "the body is not gzip, as its Content-Encoding says");
                }
            }
            default -> throw new HttpException(415, "the only Content-Encoding that this server knows is gzip");
        };
    }

    /** All of the body, which ends up on the heap. */
    static byte[] bytes(Exchange exchange) throws IOException {
        return unpacked(exchange).readAllBytes();
    }

    /** Ends where what comes out becomes more than a body may have. */
    private static final class Unpacked extends InputStream {
        private final GZIPInputStream in;
        private final long limit;
        private long count;

        Unpacked(GZIPInputStream in, long limit) {
            this.in = in;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read;
            try {
                read = in.read(into, offset, length);
            } catch (ZipException | EOFException e) {
                throw new HttpException(400, "the body is broken gzip: " + e.getMessage());
            }
            count += Math.max(0, read);
            if (count > limit) {
                throw new HttpException(413, "the body, unpacked, is longer than " + limit
                    + " bytes, which is the limit of this server (serve: max_body)");
            }
            return read;
        }
    }
}
