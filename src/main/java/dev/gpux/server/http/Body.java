package dev.gpux.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The body of a request, read from the connection as it is asked for: as a stream, or straight into native memory. One
 * that ends too early, is longer than the server allows or is chunked wrongly is an {@link HttpException}. Belongs to the
 * connection's thread.
 */
public final class Body extends InputStream {
    private static final int MOST_CHUNK_LINE = 1024;
    private static final int MOST_TRAILER = 8192;
    private static final long CHUNK_SIZE_DIGITS = 15;

    private final Input input;
    private final boolean chunked;
    private final long limit;
    /** Left of the body, or of the chunk. */
    private long remaining;
    private long received;
    private boolean ended;
    private boolean firstChunk = true;
    private boolean continueWanted;

    Body(Input input, RequestHead head, long limit) {
        this.input = input;
        this.limit = limit;
        var headers = head.headers();
        var coding = headers.first("transfer-encoding");
        var length = headers.first("content-length");
        this.chunked = coding.isPresent();
        if (coding.isPresent()) {
            requireChunked(head, coding.get(), length.isPresent());
        } else {
            if (headers.isRepeated("content-length")) {
                throw HttpException.fatal(400, "Content-Length is there twice");
            }
            this.remaining = length.map(Body::length).orElse(0L);
            this.ended = remaining == 0;
        }
        var expectation = headers.first("expect");
        if (expectation.isPresent() && !expectation.get().equalsIgnoreCase("100-continue")) {
            throw HttpException.fatal(417, "the only expectation that this server knows is 100-continue");
        }
        this.continueWanted = expectation.isPresent() && head.isVersion11();
        if (remaining > limit) {
            throw tooLong();
        }
    }

    private static void requireChunked(RequestHead head, String coding, boolean hasLength) {
        if (hasLength || head.headers().isRepeated("transfer-encoding") || !head.isVersion11()) {
            throw HttpException.fatal(400, "a request has either Content-Length or, in HTTP/1.1, Transfer-Encoding");
        }
        if (!coding.equalsIgnoreCase("chunked")) {
            throw HttpException.fatal(501, "the only Transfer-Encoding that this server knows is chunked");
        }
    }

    private static long length(String text) {
        if (text.isEmpty() || text.length() > 18) {
            throw HttpException.fatal(400, "Content-Length is a number of at most 18 digits");
        }
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw HttpException.fatal(400, "Content-Length is a number, not '" + text + "'");
            }
            length = 10 * length + c - '0';
        }
        return length;
    }

    private HttpException tooLong() {
        return HttpException.fatal(413, "the body is longer than " + limit
            + " bytes, which is the limit of this server (serve: max_body)");
    }

    /** The number of bytes, if the client has said it. */
    public OptionalLong length() {
        return chunked ? OptionalLong.empty() : OptionalLong.of(received + remaining);
    }

    /** The most bytes that a body may have. */
    public long limit() {
        return limit;
    }

    /** Makes sure that there are bytes of the body to read; false at its end. */
    private boolean more() throws IOException {
        if (continueWanted) {
            continueWanted = false;
            input.sendContinue();
        }
        if (!ended && chunked && remaining == 0) {
            nextChunk();
        }
        return !ended;
    }

    private void nextChunk() throws IOException {
        if (!firstChunk) {
            expect('\r');
            expect('\n');
        }
        firstChunk = false;
        remaining = chunkSize();
        if (remaining == 0) {
            trailer();
            ended = true;
        } else if (received + remaining > limit) {
            throw tooLong();
        }
    }

    private long chunkSize() throws IOException {
        long size = 0;
        int digits = 0;
        int read = 0;
        for (int c = input.get(); c != '\r'; c = input.get()) {
            int digit = digit(c);
            if (digit >= 0 && digits == read) {
                size = size << 4 | digit;
                digits++;
            } else if (digits == read && c != ';' && c != ' ' && c != '\t' || c < ' ' && c != '\t') {
                throw badChunk();
            }
            // What follows a semicolon is an extension, which nobody uses.
            if (++read > MOST_CHUNK_LINE || digits > CHUNK_SIZE_DIGITS) {
                throw badChunk();
            }
        }
        expect('\n');
        if (digits == 0) {
            throw badChunk();
        }
        return size;
    }

    private static int digit(int c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
            : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    /** Headers behind the last chunk, which nobody uses, up to an empty line. */
    private void trailer() throws IOException {
        int read = 0;
        int inLine = 0;
        while (true) {
            int c = input.get();
            if (c == '\r') {
                expect('\n');
                if (inLine == 0) {
                    return;
                }
                inLine = 0;
            } else {
                inLine++;
            }
            if (++read > MOST_TRAILER) {
                throw HttpException.fatal(431, "the trailer is too long");
            }
        }
    }

    private void expect(char c) throws IOException {
        if (input.get() != c) {
            throw badChunk();
        }
    }

    private static HttpException badChunk() {
        return HttpException.fatal(400, "the chunked body is malformed: expected a size in hexadecimal digits, CR LF, as "
            + "many bytes, CR LF");
    }

    private void took(long bytes) {
        remaining -= bytes;
        received += bytes;
        if (!chunked && remaining == 0) {
            ended = true;
        }
    }

    @Override
    public int read() throws IOException {
        if (!more()) {
            return -1;
        }
        int c = input.get();
        took(1);
        return c;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!more()) {
            return -1;
        }
        int count = input.get(into, offset, (int) Math.min(length, remaining));
        took(count);
        return count;
    }

    /**
     * Reads the next {@code into.byteSize()} bytes: those that the connection has not buffered yet come from the socket
     * straight into this memory.
     *
     * @throws HttpException 400 if the body ends before
     */
    public void readFully(MemorySegment into) throws IOException {
        long at = 0;
        while (at < into.byteSize()) {
            if (!more()) {
                throw new HttpException(400, "the body ends " + (into.byteSize() - at) + " bytes too early");
            }
            long count = Math.min(Math.min(into.byteSize() - at, remaining), 1 << 30);
            ByteBuffer target = into.asSlice(at, count).asByteBuffer();
            int got = input.get(target);
            took(got);
            at += got;
        }
    }

    /** Whether all of it has been read. */
    public boolean isAtEnd() throws IOException {
        return !more();
    }

    /** Whether its end has been seen. */
    boolean isRead() {
        return ended;
    }

    /** Reads what nobody wanted, if that is little; else the connection has to end. */
    boolean drain(long most) throws IOException {
        if (continueWanted) {
            return ended;
        }
        if (remaining > most) {
            return false;
        }
        var sink = new byte[4096];
        for (long drained = 0; drained <= most;) {
            int count = read(sink, 0, sink.length);
            if (count < 0) {
                return true;
            }
            drained += count;
        }
        return false;
    }
}
