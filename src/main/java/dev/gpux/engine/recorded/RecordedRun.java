package dev.gpux.engine.recorded;

import dev.gpux.ort.DeviceRun;
import dev.gpux.ort.Session;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.ort.ValueInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.Lock;

/** One run on inputs of certain shapes, recorded. Its memory is its thread's alone: only the run itself takes turns. */
final class RecordedRun implements RepeatedRun {
    private final DeviceRun device;
    private final Lock turn;
    private final List<String> outputs;

    RecordedRun(DeviceRun device, Lock turn, Session session) {
        this.device = device;
        this.turn = turn;
        this.outputs = session.outputs().stream().map(ValueInfo::name).toList();
    }

    /** Writes the inputs of the next runs. */
    void put(Map<String, Tensor> inputs) {
        for (var input : inputs.entrySet()) {
            var to = device.input(input.getKey()).segment();
            MemorySegment.copy(input.getValue().segment(), 0, to, 0, to.byteSize());
        }
    }

    @Override
    public void run() {
        turn.lock();
        try {
            device.run();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public Tensor output(String name) {
        return device.output(name);
    }

    /** Copies of the outputs, which the next run overwrites. */
    SequencedMap<String, Value> take(Arena arena) {
        var taken = new LinkedHashMap<String, Value>();
        for (var name : outputs) {
            var output = device.output(name);
            taken.put(name, Tensor.copyOf(arena, output.elementType(), output.segment(), output.shape().toArray()));
        }
        return taken;
    }

    @Override
    public void close() {
        turn.lock();
        try {
            device.close();
        } finally {
            turn.unlock();
        }
    }
}
