package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.NestedModel;
import dev.gpux.pipeline.Answer;
import dev.gpux.pipeline.Answer.Boxes.Box;
import dev.gpux.pipeline.Answer.Parts.Part;
import dev.gpux.pipeline.Batch;
import dev.gpux.pipeline.Input;
import dev.gpux.pipeline.ModelSignature;
import dev.gpux.pipeline.Parameters;
import dev.gpux.pipeline.PipelineException;
import dev.gpux.pipeline.Postprocessor;
import dev.gpux.pipeline.StepProvider;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.Warp;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code model}: another model, run on each thing that the steps before found in a picture; cut out, turned upright. The
 * package's documentation lists the parameters. It runs where and as the GPUXfile's own model does, and is closed with it.
 */
final class ChainedModel implements Postprocessor, AutoCloseable {
    /** The name in the GPUXfile. */
    static final String NAME = "model";

    private static final int USUAL_BATCH = 8;

    /** Makes such steps; their parameters must be a GPUXfile's own. */
    record Maker(Gpuxfile gpuxfile, OpenOptions options) implements StepProvider {
        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Optional<Postprocessor> after(Parameters parameters, ModelSignature signature) {
            return parameters instanceof StepParameters own ? Optional.of(open(gpuxfile, own, options)) : Optional.empty();
        }
    }

    private final Model model;
    private final String input;
    private final Settings settings;

    /**
     * What the step's parameters say.
     *
     * @param each the boxes
     * @param picture the picture that they are in
     * @param as what the answers are called
     * @param batch how many parts go into one run
     * @param turn parts more than this many times as high as wide are turned to the left
     */
    private record Settings(String each, String picture, String as, int batch, OptionalDouble turn) { }

    private ChainedModel(Model model, Settings settings) {
        this.model = model;
        this.settings = settings;
        this.input = model.inputs().getFirst().name();
    }

    /**
     * Opens the model.
     *
     * @throws StepParameters.Refused if a parameter is wrong, which is among the problems then
     * @throws dev.gpux.gpuxfile.GpuxfileException if the model does not fit its steps
     * @throws ModelException if its file cannot be used
     */
    static ChainedModel open(Gpuxfile gpuxfile, StepParameters parameters, OpenOptions options) {
        var settings = new Settings(parameters.text("each").orElse("boxes"), parameters.text("picture").orElse("picture"),
            parameters.text("as").orElse("parts"), parameters.whole("batch", 1, 1024).orElse(USUAL_BATCH),
            parameters.number("turn"));
        var nested = NestedModel.read(parameters.fields());
        parameters.end();
        if (nested.isEmpty() || !parameters.fields().problems().isEmpty()) {
            throw new StepParameters.Refused("said already");
        }
        var description = gpuxfile.withModel(nested.get());
        parameters.add(new FileReference(ModelFile.locate(description), parameters.fields().location("source"), ""));
        var model = Model.open(description, options);
        model.stepFiles().forEach(parameters::add);
        if (model.inputs().size() != 1) {
            var names = String.join(", ", model.inputs().stream().map(InputSlot::toString).toList());
            model.close();
            throw parameters.error("preprocess", "this model is given one thing, a part of a picture; it takes " + names);
        }
        return new ChainedModel(model, settings);
    }

    @Override
    public Set<String> reads() {
        return Set.of(settings.each());
    }

    @Override
    public Set<String> makes() {
        return Set.of(settings.as());
    }

    /** A thing and its part of a picture. */
    private record Piece(Box box, Picture picture) {
        double proportion() {
            return (double) picture.width() / picture.height();
        }
    }

    @Override
    public void apply(Batch batch) {
        var found = batch.answers().remove(settings.each());
        if (found == null) {
            throw new PipelineException("no step before made boxes called '" + settings.each() + "'");
        }
        var answers = new ArrayList<Answer>();
        for (int item = 0; item < batch.size(); item++) {
            if (!(found.get(item) instanceof Answer.Boxes(var boxes))) {
                throw new PipelineException("'" + settings.each() + "' is not made of boxes in a picture");
            }
            var picture = batch.picture(item, settings.picture());
            answers.add(parts(batch.arena(), boxes.stream().map(box -> new Piece(box, cut(picture, box))).toList()));
        }
        batch.answer(settings.as(), answers);
    }

    private Picture cut(Picture picture, Box box) {
        int width = Math.max(1, (int) box.corners().width());
        int height = Math.max(1, (int) box.corners().height());
        var part = Warp.rectangle(picture, box.corners(), width, height);
        boolean tall = settings.turn().isPresent() && height > settings.turn().getAsDouble() * width;
        return tall ? part.turned(3, false) : part;
    }

    /** Pieces of like proportions go together, since all of a run are filled up to the longest. */
    private Answer.Parts parts(Arena arena, List<Piece> pieces) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < pieces.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble(i -> pieces.get(i).proportion()));
        var parts = new Part[pieces.size()];
        boolean lasting = true;
        for (int start = 0; start < order.size(); start += settings.batch()) {
            var some = order.subList(start, Math.min(order.size(), start + settings.batch()));
            if (lasting) {
                lasting = run(arena, pieces, some, parts);
            } else {
                try (var own = Arena.ofConfined()) {
                    run(own, pieces, some, parts);
                }
            }
        }
        return new Answer.Parts(List.of(parts));
    }

    /** Whether the answers have memory of the arena: then it has to last as long as they. */
    private boolean run(Arena arena, List<Piece> pieces, List<Integer> some, Part[] parts) {
        var items = some.stream()
            .map(i -> Map.<String, Input>of(input, new Input.Decoded(pieces.get(i).picture()))).toList();
        var outcomes = model.run(arena, items).outcomes();
        boolean holdsMemory = false;
        for (int i = 0; i < some.size(); i++) {
            var answers = outcomes.get(i).answers();
            holdsMemory |= answers.values().stream().anyMatch(ChainedModel::holdsMemory);
            parts[some.get(i)] = new Part(pieces.get(some.get(i)).box(), answers);
        }
        return holdsMemory;
    }

    private static boolean holdsMemory(Answer answer) {
        return switch (answer) {
            case Answer.Text _, Answer.Reading _, Answer.Labels _, Answer.Boxes _, Answer.Image _ -> false;
            default -> true;
        };
    }

    /** Ends the runs in flight. */
    void terminate() {
        model.terminate();
    }

    @Override
    public void close() {
        model.close();
    }
}
