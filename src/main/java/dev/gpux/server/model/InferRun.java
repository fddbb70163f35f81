package dev.gpux.server.model;

import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.server.oip.InferRequest;
import dev.gpux.server.oip.InferWriter;
import dev.gpux.server.oip.RequestedOutput;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One run of a model on the tensors of one request or several. */
final class InferRun {
    private static final List<String> NO_LINES = List.of();

    private final Worker worker;
    private final List<Job> jobs;
    private final Arena arena;

    private InferRun(Worker worker, List<Job> jobs, Arena arena) {
        this.worker = worker;
        this.jobs = jobs;
        this.arena = arena;
    }

    static void run(Worker worker, List<Job> jobs) {
        try (var arena = Arena.ofConfined()) {
            new InferRun(worker, jobs, arena).run();
        }
    }

    private static InferRequest request(Job job) {
        return ((InferJob) job).request();
    }

    private void run() {
        var model = worker.model();
        long start = System.nanoTime();
        var inputs = inputs();
        var names = outputs();
        long prepared = System.nanoTime();
        if (model.session().recordsGraphs()) {
            var outputs = worker.runner().runSession(arena, inputs, worker.options());
            answer(name -> (Tensor) outputs.get(name), start, prepared);
        } else {
            try (var outputs = model.session().run(inputs, names, worker.options())) {
                answer(outputs::tensor, start, prepared);
            }
        }
    }

    private void answer(Function<String, Tensor> outputs, long start, long prepared) {
        long ran = System.nanoTime();
        if (isAlone()) {
            answer(jobs.getFirst(), alone(outputs, request(jobs.getFirst())));
        } else {
            answerAll(outputs);
        }
        worker.model().metrics().run(jobs.size(), prepared - start, ran - prepared, System.nanoTime() - ran);
    }

    /** Whether the model reads and gives what one request has, as it is. */
    private boolean isAlone() {
        var first = jobs.getFirst();
        return jobs.size() == 1
            && (first.batchKey().isEmpty() || worker.model().stacking().rows(first.rows()) == first.rows());
    }

    private Map<String, Tensor> inputs() {
        var model = worker.model();
        var inputs = new HashMap<String, Tensor>();
        if (isAlone()) {
            for (var input : request(jobs.getFirst()).inputs()) {
                inputs.put(input.name(), input.tensor(arena));
            }
            return inputs;
        }
        var requests = jobs.stream().map(InferRun::request).toList();
        for (var name : model.signature().inputs().keySet()) {
            var joined = model.stacking().join(arena, name, requests);
            model.metrics().copied(joined.segment().byteSize());
            inputs.put(name, joined);
        }
        return inputs;
    }

    /** The outputs that any of the jobs asks for. */
    private List<String> outputs() {
        var names = new ArrayList<String>();
        for (var job : jobs) {
            for (var output : request(job).outputs()) {
                if (!names.contains(output.name())) {
                    names.add(output.name());
                }
            }
        }
        return names;
    }

    private static List<Tensor> alone(Function<String, Tensor> outputs, InferRequest request) {
        var tensors = new ArrayList<Tensor>(request.outputs().size());
        for (var output : request.outputs()) {
            tensors.add(outputs.apply(output.name()));
        }
        return tensors;
    }

    private void answerAll(Function<String, Tensor> outputs) {
        var stacking = worker.model().stacking();
        var requests = jobs.stream().map(InferRun::request).toList();
        long padded = stacking.joinedLength(requests);
        long rows = 0;
        for (var request : requests) {
            rows += request.inputs().getFirst().shape().size(0);
        }
        rows = stacking.rows(rows);
        long first = 0;
        for (int i = 0; i < jobs.size(); i++) {
            var request = requests.get(i);
            long own = request.inputs().getFirst().shape().size(0);
            var tensors = new ArrayList<Tensor>(request.outputs().size());
            for (var output : request.outputs()) {
                tensors.add(part(outputs, output, rows, first, own, stacking.length(request), padded));
            }
            answer(jobs.get(i), tensors);
            first += own;
        }
    }

    private Tensor part(Function<String, Tensor> outputs, RequestedOutput output, long rows, long first, long own,
                        long length, long padded) {
        var tensor = outputs.apply(output.name());
        if (tensor.shape().rank() == 0 || tensor.shape().size(0) != rows) {
            // Then every request is run again alone.
            throw new TensorException("the output '" + output.name() + "' has no row for each request");
        }
        return worker.model().stacking().part(arena, output.name(), tensor, first, own, length, padded);
    }

    /** Answers one job; what goes wrong there is that job's alone. */
    private void answer(Job job, List<Tensor> tensors) {
        try {
            if (job.isWanted()) {
                write(job, tensors);
            }
            job.finish();
        } catch (IOException | RuntimeException e) {
            job.fail(e);
        }
    }

    private void write(Job job, List<Tensor> tensors) throws IOException {
        var model = worker.model();
        var written = model.writer().write(worker.output(), request(job), tensors);
        if (written.headerLength() < 0) {
            job.exchange().answer("application/json", NO_LINES, written.parts());
        } else {
            job.exchange().answer("application/octet-stream",
                List.of(InferWriter.HEADER + ": " + written.headerLength()), written.parts());
        }
    }
}
