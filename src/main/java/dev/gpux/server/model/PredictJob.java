package dev.gpux.server.model;

import dev.gpux.pipeline.Input;
import dev.gpux.server.http.Exchange;
import dev.gpux.server.oip.TensorData;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What people give in, answers out: through the GPUXfile's pipeline. */
final class PredictJob extends Job {
    private static final Object KEY = "predict";

    private final PredictRequest request;

    PredictJob(Exchange exchange, ServedModel model, long deadline, PredictRequest request) {
        super(exchange, model, deadline);
        this.request = request;
    }

    @Override
    Optional<Object> batchKey() {
        return model().stacksItems() ? Optional.of(KEY) : Optional.empty();
    }

    @Override
    int rows() {
        return 1;
    }

    /** The inputs; tensors over the request's memory, for the thread of {@code arena}. */
    Map<String, Input> inputs(Arena arena) {
        var inputs = new HashMap<String, Input>(request.inputs());
        for (TensorData tensor : request.tensors()) {
            inputs.put(tensor.name(), new Input.Numbers(tensor.tensor(arena)));
        }
        return inputs;
    }

    @Override
    void run(Worker worker, Batch together) throws Exception {
        PredictRun.run(worker, together.jobs());
    }
}
