package dev.gpux.server.route;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.http.HttpException;
import dev.gpux.server.memory.MemoryPool;
import dev.gpux.server.model.ServedModel;
import dev.gpux.server.oip.InferReader;
import dev.gpux.server.oip.InferWriter;
import dev.gpux.server.oip.RequestBody;
import dev.gpux.server.oip.RequestMemory;
import java.io.IOException;
import java.util.OptionalLong;

/** {@code POST /v2/models/NAME/infer}. */
final class InferRoute {
    private final MemoryPool pool;
    private final Deadlines deadlines;

    InferRoute(MemoryPool pool, Deadlines deadlines) {
        this.pool = pool;
        this.deadlines = deadlines;
    }

    void infer(Exchange exchange, ServedModel model, long start) throws IOException {
        var header = headerLength(exchange);
        var type = Content.type(exchange);
        if (!Content.isJson(type) && (!type.equals("application/octet-stream") || header.isEmpty())) {
            throw new HttpException(415, "an inference request is application/json, or application/octet-stream with "
                + InferWriter.HEADER + "; this one is " + type);
        }
        try (var memory = new RequestMemory(pool)) {
            var stream = Content.unpacked(exchange);
            var length = stream == exchange.body() ? exchange.body().length() : OptionalLong.empty();
            var request = InferReader.read(new RequestBody(stream, header, length, exchange.body().limit()),
                model.signature(), memory);
            model.infer(exchange, request, deadlines.of(exchange, model, start, request.timeoutMicros()));
        }
    }

    private static OptionalLong headerLength(Exchange exchange) {
        var header = exchange.head().headers().first(InferWriter.HEADER);
        if (header.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long length = Long.parseLong(header.get());
            var body = exchange.body().length();
            if (length >= 0 && (body.isEmpty() || length <= body.getAsLong())) {
                return OptionalLong.of(length);
            }
        } catch (NumberFormatException e) {
            // As below.
        }
        throw new HttpException(400, InferWriter.HEADER + " is the number of bytes of JSON at the beginning of the body");
    }
}
