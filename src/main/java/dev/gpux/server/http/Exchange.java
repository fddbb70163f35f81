package dev.gpux.server.http;

import dev.gpux.server.memory.Block;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One request and its answer. Belongs to the connection's thread; only {@link #answer} is for another, while the
 * connection's thread is in {@link #await}.
 */
public final class Exchange {
    private static final int MOST_EXTRA = 4096;
    private static final int MOST_ID = 128;
    /** From the time on, so that numbers of two runs of the server differ. */
    private static final AtomicLong IDS = new AtomicLong(System.currentTimeMillis() << 20);

    private final Connection connection;
    private final RequestHead head;
    private final Body body;
    private final Thread thread = Thread.currentThread();
    private int status;
    private long written;
    private boolean keepAlive;
    private List<String> headers = List.of();
    /** What could not be written without waiting; the connection's thread writes it. */
    private ByteBuffer[] left = {};
    private Optional<Block> leftBlock = Optional.empty();
    private String id = "";
    private String model = "";
    private String note = "";

    Exchange(Connection connection, RequestHead head, Body body) {
        this.connection = connection;
        this.head = head;
        this.body = body;
        this.keepAlive = head.keepsAlive();
    }

    /** The request. */
    public RequestHead head() {
        return head;
    }

    /** The request's body. */
    public Body body() {
        return body;
    }

    /** The client's address, for the log. */
    public String client() {
        return connection.client();
    }

    /** The status that was answered; 0 if none was, 499 if the client has gone before. */
    public int status() {
        return status;
    }

    /** How many bytes the answer's body has. */
    public long written() {
        return written;
    }

    /** Header lines that every answer to this request has. */
    public void always(List<String> lines) {
        headers = List.copyOf(lines);
    }

    /**
     * What the request is called in logs: the client's {@code X-Request-Id}, if it is short and visible ASCII; else a
     * number of the server.
     */
    public String id() {
        if (id.isEmpty()) {
            id = head.headers().first("x-request-id").filter(Exchange::isId)
                .orElseGet(() -> Long.toHexString(IDS.incrementAndGet()));
        }
        return id;
    }

    private static boolean isId(String text) {
        if (text.isEmpty() || text.length() > MOST_ID) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 127) {
                return false;
            }
        }
        return true;
    }

    /** The model that the request is for, for the log; empty if none. */
    public String model() {
        return model;
    }

    /** Says which model the request is for. */
    public void model(String name) {
        model = name;
    }

    /** What the log shall say besides; may be empty. */
    public String note() {
        return note;
    }

    /** Says what the log shall say. */
    public void note(String text) {
        note = text;
    }

    boolean keepsAlive() {
        return keepAlive;
    }

    void end() {
        keepAlive = false;
    }

    boolean isAnswered() {
        return status != 0;
    }

    /** The client has gone. */
    void gone() {
        if (status == 0) {
            status = 499;
        }
        keepAlive = false;
    }

    /** Answers, and waits until everything is written. */
    public void send(Response response) throws IOException {
        var bytes = ByteBuffer.wrap(response.body());
        var lines = response.headers();
        if (packs(response.contentType(), bytes.remaining())) {
            var packed = ByteBuffer.allocate((int) Gzip.most(bytes.remaining()));
            Gzip.pack(bytes, packed);
            bytes = packed;
            lines = withEncoding(lines);
        }
        var head = start(response.status(), response.contentType(), lines, bytes.remaining());
        connection.write(this.head.method().equals("HEAD") ? new ByteBuffer[] {head} : new ByteBuffer[] {head, bytes});
    }

    private boolean packs(String contentType, long length) {
        return length >= Gzip.LEAST && length < Integer.MAX_VALUE / 2
            && (contentType.startsWith("application/json") || contentType.startsWith("text/"))
            && head.headers().hasToken("accept-encoding", "gzip");
    }

    private static List<String> withEncoding(List<String> lines) {
        var more = new ArrayList<>(lines);
        more.add("Content-Encoding: gzip");
        more.add("Vary: Accept-Encoding");
        return more;
    }

    /**
     * Answers from any thread while the connection waits in {@link #await}: without waiting for a client that does not
     * read. What it does not take at once is copied, and written by the connection's thread, so that the memory of
     * {@code body} is free when this returns.
     *
     * @param contentType of the body
     * @param lines further header lines
     * @param parts the body: native memory
     */
    public void answer(String contentType, List<String> lines, MemorySegment... parts) throws IOException {
        long length = 0;
        for (var part : parts) {
            length += part.byteSize();
        }
        if (parts.length == 1 && packs(contentType, length)) {
            try (var block = connection.pool().take(Gzip.most(length))) {
                var packed = block.segment().asByteBuffer();
                Gzip.pack(parts[0].asByteBuffer(), packed);
                write(contentType, withEncoding(lines), packed.remaining(), block.segment().asSlice(0, packed.remaining()));
            }
        } else {
            write(contentType, lines, length, parts);
        }
    }

    private void write(String contentType, List<String> lines, long length, MemorySegment... parts) throws IOException {
        var first = start(200, contentType, lines, length);
        var buffers = length <= first.capacity() - first.limit() ? together(first, parts) : behind(first, parts);
        connection.tryWrite(buffers);
        if (PlainTransport.hasRemaining(buffers)) {
            keep(buffers);
        }
    }

    /** One short write costs less than a gathering one. */
    private static ByteBuffer[] together(ByteBuffer first, MemorySegment[] parts) {
        int end = first.limit();
        first.limit(first.capacity()).position(end);
        for (var part : parts) {
            first.put(part.asByteBuffer());
        }
        return new ByteBuffer[] {first.flip()};
    }

    private static ByteBuffer[] behind(ByteBuffer first, MemorySegment[] parts) {
        var buffers = new ByteBuffer[parts.length + 1];
        buffers[0] = first;
        for (int i = 0; i < parts.length; i++) {
            buffers[i + 1] = parts[i].asByteBuffer();
        }
        return buffers;
    }

    private void keep(ByteBuffer[] buffers) {
        long size = 0;
        for (var buffer : buffers) {
            size += buffer.remaining();
        }
        var block = connection.pool().take(size);
        var copy = block.segment().asSlice(0, size).asByteBuffer();
        for (var buffer : buffers) {
            copy.put(buffer);
        }
        left = new ByteBuffer[] {copy.flip()};
        leftBlock = Optional.of(block);
    }

    private ByteBuffer start(int newStatus, String contentType, List<String> lines, long length) {
        if (status != 0) {
            throw new IllegalStateException("this request has been answered");
        }
        status = newStatus;
        written = length;
        if (connection.isDraining()) {
            keepAlive = false;
        }
        var out = connection.headBuffer().clear();
        put(out, "HTTP/1.1 ");
        put(out, Integer.toString(newStatus));
        out.put((byte) ' ');
        put(out, Status.reason(newStatus));
        put(out, "\r\n");
        if (!contentType.isEmpty()) {
            put(out, "Content-Type: ");
            put(out, contentType);
            put(out, "\r\n");
        }
        if (newStatus != 204) {
            put(out, "Content-Length: ");
            put(out, Long.toString(length));
            put(out, "\r\n");
        }
        put(out, connection.date());
        if (!keepAlive) {
            put(out, "Connection: close\r\n");
        } else if (!head.isVersion11()) {
            put(out, "Connection: keep-alive\r\n");
        }
        putAll(out, headers);
        putAll(out, lines);
        put(out, "\r\n");
        return out.flip();
    }

    private static void putAll(ByteBuffer out, List<String> lines) {
        for (var line : lines) {
            if (line.length() < MOST_EXTRA && out.remaining() > line.length() + 4) {
                // What stands in a line may come from a request, and must not begin another.
                put(out, line.replace('\r', ' ').replace('\n', ' '));
                put(out, "\r\n");
            }
        }
    }

    private static void put(ByteBuffer out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.put((byte) (c < 128 ? c : '?'));
        }
    }

    /**
     * Hands {@code pending} to other threads and waits until it is done. Meanwhile the client's going and the request's
     * deadline are told to it, and {@link #answer} may be called. Whoever ends it must call {@link #wake()} then.
     *
     * @param handOver gives it to the other threads; what it throws is thrown on
     * @throws IOException if the client has gone, or the rest of the answer cannot be written
     */
    public void await(Pending pending, Runnable handOver) throws IOException {
        connection.beginWait(pending);
        try {
            handOver.run();
            while (!pending.isDone()) {
                LockSupport.park(this);
            }
        } finally {
            connection.endWait();
        }
        if (left.length > 0) {
            try {
                connection.write(left);
            } finally {
                left = new ByteBuffer[0];
                leftBlock.ifPresent(Block::close);
            }
        }
    }

    /** Lets the connection's thread look whether what it waits for is done. For any thread. */
    public void wake() {
        LockSupport.unpark(thread);
    }
}
