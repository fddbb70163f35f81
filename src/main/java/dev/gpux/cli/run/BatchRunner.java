package dev.gpux.cli.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.gpux.cli.argument.InputArguments;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Failure;
import dev.gpux.cli.common.Interruption;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelRunner;
import dev.gpux.engine.Outcome;
import dev.gpux.ort.OrtException;
import dev.gpux.pipeline.Input;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs sets of inputs together and makes a line of each answer. A set that cannot be run costs its own answer only.
 * Thread-safe.
 */
final class BatchRunner {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Model model;
    private final Map<String, Input> constant;
    private final ThreadLocal<ModelRunner> runner;

    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * Runs on {@code model}.
     *
     * @param constant inputs that hold for every set that does not give them itself; readable by any thread
     */
    BatchRunner(Model model, Map<String, Input> constant) {
        this.model = model;
        this.constant = Map.copyOf(constant);
        this.runner = ThreadLocal.withInitial(model::runner);
    }

    /** All that a thread does; frees what it needed for its runs. */
    void onThread(Runnable task) {
        try {
            task.run();
        } finally {
            runner.get().close();
            runner.remove();
        }
    }

    /** The answers to {@code items}, in their order. */
    List<Answered> run(List<Item> items) {
        var answers = new Answered[items.size()];
        try (var arena = Arena.ofConfined()) {
            var arguments = new InputArguments(arena, model.inputs());
            var readable = new ArrayList<Integer>();
            var inputs = new ArrayList<Map<String, Input>>();
            for (int i = 0; i < answers.length; i++) {
                try {
                    var given = new HashMap<>(constant);
                    given.putAll(items.get(i).inputs(arguments));
                    inputs.add(given);
                    readable.add(i);
                } catch (RuntimeException e) {
                    answers[i] = failed(items.get(i), e);
                }
            }
            run(arena, items, readable, inputs, answers);
        }
        return List.of(answers);
    }

    private void run(Arena arena, List<Item> items, List<Integer> indices, List<Map<String, Input>> inputs,
                     Answered[] answers) {
        if (indices.isEmpty()) {
            return;
        }
        try {
            var outcomes = runner.get().run(arena, inputs).outcomes();
            for (int i = 0; i < outcomes.size(); i++) {
                answers[indices.get(i)] = answered(items.get(indices.get(i)), outcomes.get(i));
            }
        } catch (RuntimeException e) {
            if (indices.size() == 1) {
                answers[indices.getFirst()] = failed(items.get(indices.getFirst()), e);
                return;
            }
            requireBadInput(e);
            // One of them spoils the batch, or they do not go into one: only one by one tells.
            for (int i = 0; i < indices.size(); i++) {
                run(arena, items, indices.subList(i, i + 1), inputs.subList(i, i + 1), answers);
            }
        }
    }

    /** A failure that the next set of inputs would share ends everything. */
    private static void requireBadInput(RuntimeException e) {
        boolean ofInput = e instanceof OrtException || Failure.of(e).code() == ExitCode.INVALID;
        if (!ofInput || Interruption.happened()) {
            throw e;
        }
    }

    private static Answered failed(Item item, RuntimeException e) {
        requireBadInput(e);
        var prefix = item.name() + ": ";
        var message = Failure.of(e).message();
        var problem = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
        return new Answered(item, line(item, json -> json.writeStringField("error", problem)), Optional.of(problem));
    }

    private static Answered answered(Item item, Outcome outcome) {
        return new Answered(item, line(item, json -> {
            json.writeFieldName("outputs");
            OutcomeJson.outputs(json, outcome);
        }), Optional.empty());
    }

    private static byte[] line(Item item, Content content) {
        var bytes = new ByteArrayOutputStream();
        try (var json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            item.identify(json);
            content.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
