package dev.gpux.engine;

import dev.gpux.gpuxfile.Fields;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.Problems;
import dev.gpux.gpuxfile.Step;
import dev.gpux.gpuxfile.Value;
import dev.gpux.ort.ValueType.TensorType;
import dev.gpux.pipeline.Parameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A step's parameters as they stand in a GPUXfile; what is wrong with them goes to the file's problems. */
final class StepParameters implements Parameters {

    /** Ends the making of a step; its problem is in the list already. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    private final Gpuxfile gpuxfile;
    private final Step step;
    private final Flow flow;
    private final Problems problems;
    private final Fields fields;
    private final List<FileReference> files = new ArrayList<>();

    StepParameters(Gpuxfile gpuxfile, Step step, Flow flow, Problems problems) {
        this.gpuxfile = gpuxfile;
        this.flow = flow;
        this.step = step;
        this.problems = problems;
        this.fields = new Fields(step.params(), step.name(), problems);
    }

    /** The parameters as they stand in the file. */
    Fields fields() {
        return fields;
    }

    /** A file that a parameter names in a way of its own. */
    void add(FileReference file) {
        files.add(file);
    }

    /** Reports the parameters that the step did not ask for. */
    void end() {
        fields.end();
    }

    @Override
    public Optional<String> text(String name) {
        return fields.text(name);
    }

    @Override
    public Optional<String> choice(String name, List<String> allowed) {
        return fields.choice(name, allowed);
    }

    @Override
    public OptionalInt whole(String name, int min, int max) {
        return fields.integer(name, min, max);
    }

    @Override
    public OptionalDouble number(String name) {
        return fields.number(name, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    @Override
    public Optional<Boolean> flag(String name) {
        return fields.bool(name);
    }

    @Override
    public Optional<List<String>> texts(String name) {
        return fields.texts(name).map(texts -> texts.stream().map(Value.Scalar::text).toList());
    }

    @Override
    public Optional<List<Double>> numbers(String name) {
        return fields.numbers(name);
    }

    @Override
    public Optional<Path> file(String name) {
        return fields.text(name).map(text -> {
            var file = gpuxfile.resolve(text);
            // Something endless, or a pipe that never says anything.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw error(name, file + " is no file");
            }
            files.add(new FileReference(file, fields.location(name), ""));
            return file;
        });
    }

    @Override
    public List<String> readable() {
        return flow.names();
    }

    @Override
    public Optional<TensorType> type(String readable) {
        return flow.type(readable);
    }

    @Override
    public OptionalInt maxLength(String input) {
        var spec = gpuxfile.inputs().get(input);
        return spec == null ? OptionalInt.empty() : spec.maxLength();
    }

    /** The files that the step asked for. */
    List<FileReference> files() {
        return files;
    }

    @Override
    public RuntimeException error(String name, String message) {
        var value = step.params().entries().get(name);
        problems.add(value == null ? step.location() : value.location(), message);
        return new Refused(message);
    }
}
