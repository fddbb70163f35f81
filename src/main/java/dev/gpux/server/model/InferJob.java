package dev.gpux.server.model;

import dev.gpux.server.http.Exchange;
import dev.gpux.server.oip.InferRequest;
import java.util.Optional;

/** Tensors in, tensors out. */
final class InferJob extends Job {
    private final InferRequest request;
    private final Optional<Object> key;

    InferJob(Exchange exchange, ServedModel model, long deadline, InferRequest request) {
        super(exchange, model, deadline);
        this.request = request;
        this.key = model.stacking().key(request);
    }

    InferRequest request() {
        return request;
    }

    @Override
    Optional<Object> batchKey() {
        return key;
    }

    @Override
    int rows() {
        return key.isEmpty() ? 1 : (int) request.inputs().getFirst().shape().size(0);
    }

    @Override
    void run(Worker worker, Batch together) throws Exception {
        InferRun.run(worker, together.jobs());
    }
}
