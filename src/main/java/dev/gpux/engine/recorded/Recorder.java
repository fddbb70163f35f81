package dev.gpux.engine.recorded;

import dev.gpux.ort.DeviceRunBuilder;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.TensorException;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import dev.gpux.provider.OrtWords;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Records runs of one session. Its threads share one stream, on which one of them is at a time; so recorded runs of one
 * model do not go on side by side. The first recording that fails is the last one that is tried. Thread-safe.
 */
public final class Recorder {
    private final Session session;
    private final Supplier<DeviceRunBuilder> device;
    private final List<String> names;
    private final Lock turn = new ReentrantLock();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private volatile boolean off;

    /**
     * For {@code session}.
     *
     * @param device begins a device run of it, on the stream that the session computes on
     */
    public Recorder(Session session, Supplier<DeviceRunBuilder> device) {
        this.session = session;
        this.device = device;
        this.names = session.inputs().stream().map(ValueInfo::name).toList();
    }

    /** Why what is run plainly is not recorded, a sentence each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** What the calling thread needs to run the model; to be closed by it, before the session. */
    public RecordedRuns runs() {
        return new RecordedRuns(session, this, names);
    }

    /**
     * Records a run on these inputs, to be repeated on the calling thread.
     *
     * @return empty if it cannot be recorded
     * @throws OrtException if a plain run on them fails
     */
    public Optional<RepeatedRun> repeat(Map<String, Tensor> inputs, RunOptions options) {
        try (var arena = Arena.ofConfined()) {
            return record(inputs, session.run(arena, inputs, options)).map(run -> run);
        }
    }

    /** Whether a recording is worth a try. */
    boolean isOn() {
        return !off;
    }

    /**
     * Records a run on {@code inputs}, if its replay gives {@code answers} for them, as a plain run did: it was
     * recorded on zeros, so that whatever it took from there for good shows.
     */
    Optional<RecordedRun> record(Map<String, Tensor> inputs, Map<String, Value> answers) {
        if (off) {
            return Optional.empty();
        }
        turn.lock();
        try {
            var builder = device.get();
            inputs.forEach((name, tensor) -> builder.input(name, tensor.shape().toArray()));
            for (var answer : answers.entrySet()) {
                if (!(answer.getValue() instanceof Tensor tensor)) {
                    throw new TensorException("the output '" + answer.getKey() + "' is no tensor");
                }
                builder.output(answer.getKey(), tensor.shape().toArray());
            }
            var run = new RecordedRun(builder.build(), turn, session);
            run.put(inputs);
            run.run();
            var difference = Agreement.difference(answers, run::output);
            if (difference.isEmpty()) {
                return Optional.of(run);
            }
            run.close();
            giveUp(inputs, "a plain run answers otherwise; " + difference.get());
        } catch (OrtException | TensorException e) {
            giveUp(inputs, OrtWords.plain(e.getMessage()));
        } finally {
            turn.unlock();
        }
        return Optional.empty();
    }

    private void giveUp(Map<String, Tensor> inputs, String why) {
        off = true;
        var shapes = new LinkedHashMap<String, String>();
        inputs.forEach((name, tensor) -> shapes.put(name, tensor.shape().toString()));
        notes.add("runs on " + shapes + " and on all shapes to come are not recorded: " + why);
    }
}
