package dev.gpux.engine;

import dev.gpux.engine.recorded.Recorder;
import dev.gpux.engine.recorded.RepeatedRun;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.provider.placement.ProviderReport;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * A model ready to run: session, pipeline, and what a person gives it. Thread-safe; {@link #close()} waits for the runs
 * in flight.
 */
public final class Model implements AutoCloseable {
    private final Gpuxfile gpuxfile;
    private final OpenedSession opened;
    private final Session session;
    private final Optional<Recorder> recorder;
    private final Pipeline pipeline;
    private final List<InputSlot> slots;
    private final Streaming streaming;
    private final Outcomes outcomes;
    private final RunOptions runOptions;

    private Model(Gpuxfile gpuxfile, OpenedSession opened, OpenOptions options) {
        this.gpuxfile = gpuxfile;
        this.opened = opened;
        this.session = opened.session();
        this.recorder = opened.stream().filter(_ -> opened.recorded())
            .map(stream -> new Recorder(session, () -> session.prepareOnDevice(stream)));
        var signature = new ModelSignature(session.inputs(), session.outputs(), session.metadata());
        this.pipeline = Pipeline.of(gpuxfile, signature, options);
        try {
            this.slots = InputSlots.of(gpuxfile, pipeline, signature);
            this.streaming = new Streaming(gpuxfile, session, signature);
        } catch (RuntimeException e) {
            pipeline.close();
            throw e;
        }
        this.outcomes = new Outcomes(signature, !pipeline.before().isEmpty());
        this.runOptions = new RunOptions();
    }

    /**
     * Opens the model of a GPUXfile; {@link Gpuxfile#ofModel} stands for a model without one.
     *
     * @throws dev.gpux.gpuxfile.GpuxfileException if the GPUXfile does not fit the model
     * @throws ModelException if the model's file cannot be used
     * @throws dev.gpux.ort.library.LibraryException if ONNX Runtime cannot be had
     * @throws dev.gpux.provider.ProviderException if the wanted or required execution providers cannot be had
     */
    public static Model open(Gpuxfile gpuxfile, OpenOptions options) {
        var opened = SessionOpener.open(gpuxfile, ModelFile.locate(gpuxfile), options);
        try {
            return new Model(gpuxfile, opened, options);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** What the model is. */
    public Gpuxfile gpuxfile() {
        return gpuxfile;
    }

    /** The session underneath. */
    public Session session() {
        return session;
    }

    /** The files that the steps read, in the order of the GPUXfile. */
    public List<FileReference> stepFiles() {
        return pipeline.files();
    }

    /** The name of the execution provider that the model runs on: {@code cuda}, {@code cpu}. */
    public String provider() {
        return opened.report().provider().name();
    }

    /** Where the model's nodes run, and why not elsewhere; also why runs were not recorded, as far as that is known. */
    public ProviderReport report() {
        var report = opened.report();
        if (recorder.isEmpty() || recorder.get().notes().isEmpty()) {
            return report;
        }
        return report.withNotes(Stream.concat(report.notes().stream(), recorder.get().notes().stream()).toList());
    }

    /** What a person gives, in the order of the GPUXfile or of the model. */
    public List<InputSlot> inputs() {
        return slots;
    }

    /** Runs one item; the answers live in {@code arena}. */
    public BatchResult run(Arena arena, Map<String, Input> item) {
        return run(arena, List.of(item));
    }

    /**
     * Runs a batch in one run of the model; the answers live in {@code arena}.
     *
     * @param items one or more sets of inputs by name; what is missing is filled in from the defaults
     * @throws PipelineException if an input is missing, unknown, or not of the right kind
     * @throws dev.gpux.ort.OrtException if the model fails
     */
    public BatchResult run(Arena arena, List<Map<String, Input>> items) {
        return run(arena, items, runOptions);
    }

    /** The same with options of its own, by which another thread can end this run and no other. */
    public BatchResult run(Arena arena, List<Map<String, Input>> items, RunOptions options) {
        return run(arena, items, options, session::run);
    }

    /**
     * What the calling thread needs to run this model again and again as fast as its provider allows: where that
     * records runs ({@code enable_cuda_graph} of CUDA), recorded ones.
     */
    public ModelRunner runner() {
        return new ModelRunner(this, recorder.map(Recorder::runs));
    }

    /**
     * Sets up a run of the model alone on these inputs, to be repeated on the calling thread; recorded where the
     * provider records runs and can record this one.
     *
     * @param options by which another thread can end it; must outlive it
     * @throws dev.gpux.ort.OrtException if the model fails
     */
    public RepeatedRun repeat(Map<String, Tensor> inputs, RunOptions options) {
        return recorder.flatMap(found -> found.repeat(inputs, options)).orElseGet(() -> {
            var builder = session.prepare().options(options);
            inputs.forEach(builder::input);
            return new RepeatedRun.Prepared(builder.build());
        });
    }

    RunOptions runOptions() {
        return runOptions;
    }

    /** A run of the session in one of several ways. */
    @FunctionalInterface
    interface SessionRun {
        SequencedMap<String, Value> run(Arena arena, Map<String, Value> inputs, RunOptions options);
    }

    BatchResult run(Arena arena, List<Map<String, Input>> items, RunOptions options, SessionRun way) {
        long start = System.nanoTime();
        var batch = prepare(arena, items);
        long prepared = System.nanoTime();
        if (!streaming.concerns(batch)) {
            way.run(arena, batch.modelInputs(), options).forEach(batch::output);
        } else if (items.size() == 1) {
            streaming.run(batch, options);
        } else {
            return oneByOne(arena, items, options);
        }
        long ran = System.nanoTime();
        pipeline.after().forEach(step -> step.apply(batch));
        var answers = outcomes.of(batch);
        return new BatchResult(answers, new Timing(prepared - start, ran - prepared, System.nanoTime() - ran));
    }

    /** Streams cannot share a run: each has a state and a length of its own. */
    private BatchResult oneByOne(Arena arena, List<Map<String, Input>> items, RunOptions options) {
        var all = new ArrayList<Outcome>();
        var timing = new Timing(0, 0, 0);
        for (var item : items) {
            var result = run(arena, List.of(item), options);
            all.addAll(result.outcomes());
            timing = timing.plus(result.timing());
        }
        return new BatchResult(all, timing);
    }

    /**
     * What the model reads for a batch: what the steps before it make and what people give it as it is; of a stream, what
     * the first run reads. The tensors live in {@code arena}.
     *
     * @throws PipelineException if an input is missing, unknown, or not of the right kind
     */
    public SequencedMap<String, Value> modelInputs(Arena arena, List<Map<String, Input>> items) {
        var batch = prepare(arena, items);
        return streaming.concerns(batch) ? streaming.first(batch) : batch.modelInputs();
    }

    private Batch prepare(Arena arena, List<Map<String, Input>> items) {
        var batch = new Batch(arena, items.stream().map(item -> InputSlots.complete(slots, item)).toList());
        pipeline.before().forEach(step -> step.apply(batch));
        passThrough(batch);
        return batch;
    }

    /** Gives the model the tensors of the items that no step gave it. */
    private void passThrough(Batch batch) {
        for (var info : session.inputs()) {
            var name = info.name();
            if (batch.modelInputs().containsKey(name) || streaming.isState(name)) {
                continue;
            }
            var values = new ArrayList<Value>();
            for (int item = 0; item < batch.size(); item++) {
                if (!(batch.input(item, name) instanceof Input.Numbers(var value))) {
                    throw new PipelineException("input '" + info + "' takes numbers");
                }
                values.add(value);
            }
            batch.give(name, values.size() == 1 || batch.chunks().containsKey(name) ? values.getFirst() : Stacking.join(batch.arena(), name, values));
        }
    }

    /** Ends the runs in flight: they throw {@link dev.gpux.ort.OrtException}, and so do later ones. For any thread. */
    public void terminate() {
        runOptions.terminate();
        pipeline.models().forEach(ChainedModel::terminate);
    }

    /** Waits for the runs in flight and frees the model. A second call does nothing. */
    @Override
    public void close() {
        opened.close();
        runOptions.close();
        pipeline.close();
    }
}
