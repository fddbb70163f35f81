package dev.gpux.optimize.proof;

import dev.gpux.engine.GoldenResult;
import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.gpuxfile.ModelSpec;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Input;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares a changed model with the one it was made from. For one thread. */
public final class Prover {
    private static final int WARM_UP = 2;
    private static final int LEAST_PAIRS = 10;
    private static final int MOST_PAIRS = 200;
    private static final long MOST_NANOS = 3_000_000_000L;

    private final Model before;
    private final long bytesBefore;
    private final Evidence evidence;
    private final OpenOptions options;

    /**
     * A prover.
     *
     * @param before the old model
     * @param bytesBefore the size of its files
     * @param evidence what to compare on
     * @param options where both run
     */
    public Prover(Model before, long bytesBefore, Evidence evidence, OpenOptions options) {
        this.before = before;
        this.bytesBefore = bytesBefore;
        this.evidence = evidence;
        this.options = options;
    }

    /** The GPUXfile with another model file. */
    public static Gpuxfile withModel(Gpuxfile gpuxfile, Path file) {
        return new Gpuxfile(gpuxfile.name(), gpuxfile.version(), gpuxfile.description(),
            new ModelSpec(new ModelSource.File(file.toAbsolutePath()), Optional.empty()), gpuxfile.runtime(),
            gpuxfile.inputs(), gpuxfile.preprocess(), gpuxfile.postprocess(), gpuxfile.serve(), gpuxfile.tests(),
            gpuxfile.state(), gpuxfile.source(), gpuxfile.notes());
    }

    /**
     * Opens the new model and compares.
     *
     * @param file the new model's file
     * @param bytes the size of its files
     * @throws dev.gpux.engine.ModelException if ORT refuses it
     * @throws dev.gpux.ort.OrtException if a run fails
     */
    public Proof prove(Path file, long bytes) {
        try (var after = open(file)) {
            var answers = answers(after, bytes);
            var times = times(after);
            return new Proof(answers.origin(), answers.items(), answers.outputs(), answers.goldenTests(),
                answers.goldenFailures(), new Proof.Side(bytesBefore, median(times.get(0)), times.get(0).size()),
                new Proof.Side(bytes, median(times.get(1)), times.get(1).size()));
        }
    }

    /** The same without measuring time: no runs, and a median that is no number. */
    public Proof compare(Path file, long bytes) {
        try (var after = open(file)) {
            return answers(after, bytes);
        }
    }

    private Model open(Path file) {
        return Model.open(withModel(before.gpuxfile(), file), options);
    }

    private Proof answers(Model after, long bytes) {
        return new Proof(evidence.origin(), evidence.items().size(), outputs(after), before.gpuxfile().tests().size(),
            goldenFailures(after), new Proof.Side(bytesBefore, Double.NaN, 0), new Proof.Side(bytes, Double.NaN, 0));
    }

    /** How far the answers of the new model are apart, without measuring time. */
    public List<OutputError> outputs(Path file) {
        try (var after = open(file)) {
            return outputs(after);
        }
    }

    private List<OutputError> outputs(Model after) {
        var sums = new LinkedHashMap<String, ErrorSum>();
        for (var item : evidence.items()) {
            try (var arena = Arena.ofConfined()) {
                var expected = answers(before, arena, item);
                var actual = answers(after, arena, item);
                expected.forEach((name, answer) -> {
                    // An output that was pruned is not compared.
                    if (actual.containsKey(name)) {
                        sums.computeIfAbsent(name, _ -> new ErrorSum()).add(answer, actual.get(name));
                    }
                });
            }
        }
        return sums.entrySet().stream().map(entry -> entry.getValue().toError(entry.getKey())).toList();
    }

    private static Map<String, Answer> answers(Model model, Arena arena, Map<String, Input> item) {
        return model.run(arena, InputTypes.fit(arena, model, item)).outcomes().getFirst().answers();
    }

    private List<String> goldenFailures(Model after) {
        if (before.gpuxfile().tests().isEmpty()) {
            return List.of();
        }
        var failures = new ArrayList<String>();
        var old = GoldenTests.run(before);
        var now = GoldenTests.run(after);
        for (int i = 0; i < now.size(); i++) {
            if (!passed(now.get(i)) && passed(old.get(i))) {
                failures.add(now.get(i).name() + ": " + String.join("; ", now.get(i).differences()));
            }
        }
        return failures;
    }

    private static boolean passed(GoldenResult result) {
        return result.differences().isEmpty();
    }

    /** Runs by turns, so that what disturbs one disturbs the other. */
    private List<List<Long>> times(Model after) {
        var times = List.<List<Long>>of(new ArrayList<>(), new ArrayList<>());
        var models = List.of(before, after);
        long end = System.nanoTime() + MOST_NANOS;
        for (int pair = -WARM_UP; pair < MOST_PAIRS && (pair < LEAST_PAIRS || System.nanoTime() < end); pair++) {
            var item = evidence.items().get(Math.floorMod(pair, evidence.items().size()));
            for (int side = 0; side < models.size(); side++) {
                try (var arena = Arena.ofConfined()) {
                    var model = models.get(side);
                    var timing = model.run(arena, InputTypes.fit(arena, model, item)).timing();
                    if (pair >= 0) {
                        times.get(side).add(timing.run());
                    }
                }
            }
        }
        return times;
    }

    private static double median(List<Long> times) {
        var sorted = times.stream().sorted().toList();
        return sorted.get(sorted.size() / 2) / 1e6;
    }
}
