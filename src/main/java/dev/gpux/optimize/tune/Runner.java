package dev.gpux.optimize.tune;

import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.engine.recorded.RepeatedRun;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.ort.ElementType;
import dev.gpux.ort.RunOptions;
import dev.gpux.ort.Tensor;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model with one setting, ready to run. For one thread. */
final class Runner implements AutoCloseable {
    private static final int LEAST_RUNS = 3;
    /** The part of a block's runs that find caches and threads as another setting left them. */
    private static final int DISTURBED = 5;

    private final Setting setting;
    private final Model model;
    private final Arena arena = Arena.ofConfined();
    private final RunOptions options = new RunOptions();
    private final RepeatedRun run;
    private final Series series = new Series();

    /**
     * Opens the model.
     *
     * @throws OptimizeException if the provider cannot be had, or an input is no tensor
     */
    Runner(Gpuxfile gpuxfile, Map<String, Input> item, OpenOptions options, Setting setting) {
        this.setting = setting;
        this.model = Model.open(gpuxfile, setting.apply(options));
        try {
            if (!model.provider().equals(setting.provider())) {
                throw new OptimizeException(setting.provider() + " cannot be used here");
            }
            var inputs = new LinkedHashMap<String, Tensor>();
            model.modelInputs(arena, Collections.nCopies(setting.batch(), item)).forEach((name, value) -> {
                if (!(value instanceof Tensor tensor)) {
                    throw new OptimizeException("input '" + name + "' is no tensor; such models cannot be tuned");
                }
                inputs.put(name, tensor);
            });
            this.run = model.repeat(inputs, this.options);
        } catch (RuntimeException | Error e) {
            this.options.close();
            arena.close();
            model.close();
            throw e;
        }
    }

    /** What the model gives in this setting for the inputs; until the next run, and as long as this is open. */
    Map<String, Tensor> answers() {
        run.run();
        var answers = new LinkedHashMap<String, Tensor>();
        model.session().outputs().stream().filter(output -> output.type() instanceof TensorType)
            .forEach(output -> answers.put(output.name(), run.output(output.name())));
        return answers;
    }

    /** Copies of what it gives, in {@code into}. */
    Map<String, Tensor> answers(Arena into) {
        var copies = new LinkedHashMap<String, Tensor>();
        answers().forEach((name, tensor) -> copies.put(name, tensor.elementType() == ElementType.STRING
            ? Tensor.ofStrings(into, tensor.strings(), tensor.shape().toArray())
            : Tensor.copyOf(into, tensor.elementType(), tensor.segment(), tensor.shape().toArray())));
        return copies;
    }

    Setting setting() {
        return setting;
    }

    Series series() {
        return series;
    }

    /** Runs for so long, and at least a few times; keeps and gives the median time for one input. */
    double block(long nanos) {
        var times = new ArrayList<Long>();
        long begin = System.nanoTime();
        long before = begin;
        while (times.size() < LEAST_RUNS || before - begin < nanos) {
            run.run();
            long now = System.nanoTime();
            times.add(now - before);
            before = now;
        }
        var counted = times.stream().skip(times.size() / DISTURBED).sorted().toList();
        double median = (double) counted.get(counted.size() / 2) / setting.batch();
        series.add(median, counted.size());
        return median;
    }

    /** Runs without counting: threads start, memory is taken. */
    void warmUp() {
        run.run();
        run.run();
    }

    @Override
    public void close() {
        run.close();
        options.close();
        arena.close();
        model.close();
    }
}
